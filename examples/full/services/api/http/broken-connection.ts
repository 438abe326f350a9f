import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { ConnectionError, FastifyBaseLogger } from 'fastify';
import { events } from './log-events.ts';
import type { ProblemCode } from './problems.ts';
import { PROBLEM_TYPE, problemBody, problems } from './problems.ts';
import { securityHeaders } from './security-headers.ts';

const CONNECTION_ERRORS: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  // The extensions of a chunk, which nobody here reads.
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
};

// What node:http could not read as a request at all.
export function answerBrokenConnection(log: FastifyBaseLogger) {
  return function answer(error: ConnectionError, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    const problem = CONNECTION_ERRORS[error.code] ?? 'invalid-request';
    const sample = refuseConnection(socket, problem);
    log.event(events.connectionRefused, { problem, sample });
  };
}

// Written by hand, because there is no request to answer.
export function refuseConnection(socket: Duplex, problem: ProblemCode): string {
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
