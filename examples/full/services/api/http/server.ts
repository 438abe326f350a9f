import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import Fastify, { LogController } from 'fastify';
import { answerBrokenConnection, refuseConnection } from './broken-connection.ts';
import { answerError } from './errors.ts';
import { limits } from './limits.ts';
import type { Api } from './module.ts';
import { securityHeaders } from './security-headers.ts';

// One more than is allowed, so that the one too many is seen and refused: node:http leaves out what is beyond, unsaid.
const HEADERS_READ = limits.headerCount + 1;

export function createServer(log: FastifyBaseLogger, trustedProxies: readonly string[] = []): Api {
  const app: Api = Fastify({
    loggerInstance: log,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    // Never taken from a header: whoever chooses the id can make two requests look like one.
    genReqId: () => randomUUID(),
    // By address and never by number of hops: whoever reaches us past the proxy has as many hops as they care to type.
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: limits.bodyBytes,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      maxHeaderSize: limits.headerBytes,
      // Refused with all other odd requests, as a problem and not with an empty answer.
      requireHostHeader: false,
      insecureHTTPParser: false,
    },
    routerOptions: { maxParamLength: limits.pathParameterCharacters },
    // Requests that arrive while the service drains are answered in full, not with an error of another shape.
    return503OnClosing: false,
    allowErrorHandlerOverride: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenConnection(log),
  });
  app.server.maxHeadersCount = HEADERS_READ;
  app.server.on('connect', (_request, socket) => refuseConnection(socket, 'invalid-request'));
  // Without a listener node:http answers by itself: an unknown expectation empty, and 100-continue before anything was
  // looked at.
  app.server.on('checkContinue', (request, reply) => app.server.emit('request', request, reply));
  app.server.on('checkExpectation', (request, reply) => app.server.emit('request', request, reply));
  letGoWhileClosing(app);
  return app;
}

// A connection that is kept after its last answer would hold up the shutdown for as long as it may idle.
function letGoWhileClosing(app: Api): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}

// These never reach a hook, so they get the headers here.
function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  reply.headers(securityHeaders).header('x-request-id', request.id);
  return answerError(error, request, reply);
}
