import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import Fastify from 'fastify';
import type { FastifyError } from 'fastify';
import { answerError } from './errors.ts';
import { limits } from './limits.ts';
import type { Api } from './module.ts';
import type { ProblemCode } from './problems.ts';
import { PROBLEM_TYPE, problemBody, problems } from './problems.ts';
import { securityHeaders } from './security-headers.ts';
import { LogController } from 'fastify';

export function createServer(log: FastifyBaseLogger): Api {
  const app: Api = Fastify({
    loggerInstance: log,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    // Never taken from a header: whoever chooses the id can make two requests look like one.
    genReqId: () => randomUUID(),
    bodyLimit: limits.bodyBytes,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxRequestsPerSocket: limits.requestsPerSocket,
    requestTimeout: limits.requestTimeoutMs,
    http: { headersTimeout: limits.headersTimeoutMs, maxHeaderSize: limits.headerBytes },
    routerOptions: { maxParamLength: limits.pathParameterCharacters },
    // Requests that arrive while the service drains are answered in full, not with an error of another shape.
    return503OnClosing: false,
    allowErrorHandlerOverride: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenConnection,
  });
  app.server.maxHeadersCount = limits.headerCount;
  return app;
}

// These never reach a hook, so they get the headers here.
function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  reply.headers(securityHeaders);
  return answerError(error, request, reply);
}

const CONNECTION_ERRORS: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

// What node:http could not read as a request at all.
function answerBrokenConnection(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const code = CONNECTION_ERRORS[error.code] ?? 'invalid-request';
  const { status, title } = problems[code];
  const body = JSON.stringify(problemBody(code, randomUUID()));
  const headers = {
    ...securityHeaders,
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n'));
}
