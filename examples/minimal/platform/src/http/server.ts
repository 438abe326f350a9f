import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type {
  ConnectionError,
  FastifyBaseLogger,
  FastifyError,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import Fastify, { LogController } from 'fastify';
import { events } from '../logging/events.ts';
import type { Api } from '../service/module.ts';
import type { ProblemCode } from './problems.ts';
import { answerError } from './errors.ts';
import { limits } from './limits.ts';
import { PROBLEM_TYPE, problemBody, problems } from './problems.ts';

const CONNECTION_ERRORS: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  // Chunk extensions, which the service never uses.
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
};

// Answers what node:http could not parse as a request.
function answerBrokenConnection(log: FastifyBaseLogger) {
  return function answer(error: ConnectionError, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    const problem = CONNECTION_ERRORS[error.code] ?? 'invalid-request';
    const sample = refuseConnection(socket, problem);
    log.event(events.connectionRefused, { problem, sample });
  };
}

// Written to the socket, because there is no request to answer.
function refuseConnection(socket: Duplex, problem: ProblemCode): string {
  const { status, title } = problems[problem];
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(problem, requestId));
  const headers = {
    ...securityHeaders,
    'x-request-id': requestId,
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n'));
  return requestId;
}

// Sent with every answer, including refusals and framework errors.
export const securityHeaders = {
  // An API loads, frames and submits nothing, so an answer that a browser renders is inert.
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // For browsers without frame-ancestors.
  'x-frame-options': 'DENY',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // The service uses no camera, location or payment, and injected code must not either.
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  // Answers depend on the caller: a shared cache could return one caller's answer to another.
  'cache-control': 'no-store',
} as const;

// Set when the request arrives, so that later failures carry them.
export function sendSecurityHeaders(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
  });
}

// One more than allowed, so that the excess is seen and refused: node:http drops fields beyond this silently.
const HEADERS_READ = limits.headerCount + 1;

export function createServer(log: FastifyBaseLogger, trustedProxies: readonly string[] = []): Api {
  const app: Api = Fastify({
    loggerInstance: log,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    // Never from a header: a client that chooses the id can make two requests look like one.
    genReqId: () => randomUUID(),
    // By address, never by number of hops: a client that bypasses the proxy can forge any number of hops.
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: limits.bodyBytes,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      maxHeaderSize: limits.headerBytes,
      // request-head.ts refuses a missing host, with a problem instead of an empty answer.
      requireHostHeader: false,
      insecureHTTPParser: false,
    },
    routerOptions: { maxParamLength: limits.pathParameterCharacters },
    // Requests during shutdown are answered in full, not with an error of another shape.
    return503OnClosing: false,
    allowErrorHandlerOverride: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenConnection(log),
  });
  app.server.maxHeadersCount = HEADERS_READ;
  app.server.on('connect', (_request, socket) => refuseConnection(socket, 'invalid-request'));
  // Without a listener node:http answers by itself: 417 without a body, and 100 Continue before any check.
  app.server.on('checkContinue', (request, reply) => app.server.emit('request', request, reply));
  app.server.on('checkExpectation', (request, reply) => app.server.emit('request', request, reply));
  letGoWhileClosing(app);
  return app;
}

// An idle keep-alive connection would delay the shutdown until its timeout.
function letGoWhileClosing(app: Api): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}

// These errors run no hooks, so they get the headers here.
function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  reply.headers(securityHeaders).header('x-request-id', request.id);
  return answerError(error, request, reply);
}
