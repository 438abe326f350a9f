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
  // The extensions of a chunk, which nobody here reads.
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
};

// What node:http could not read as a request at all.
function answerBrokenConnection(log: FastifyBaseLogger) {
  return function answer(error: ConnectionError, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    const problem = CONNECTION_ERRORS[error.code] ?? 'invalid-request';
    const sample = refuseConnection(socket, problem);
    log.event(events.connectionRefused, { problem, sample });
  };
}

// Written by hand, because there is no request to answer.
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

// Sent with every answer, refusals and framework errors included.
export const securityHeaders = {
  // An API has nothing to load, frame or submit: an answer that a browser renders anyway is inert.
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // For browsers that are older than frame-ancestors.
  'x-frame-options': 'DENY',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Nothing here asks for a camera, a place or a payment, and nothing that gets in may.
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  // Answers depend on the caller: a shared cache would hand one caller's answer to the next.
  'cache-control': 'no-store',
} as const;

// Set when the request arrives, so that whatever fails later answers with them.
export function sendSecurityHeaders(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
  });
}

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
