import type { ProblemCode } from '@app/platform/http/problems';

// One connection: what is written, and what comes back for it. A status with a code is a problem, without one an answer.
export interface Row {
  readonly name: string;
  // A piece each write, so that it arrives in as many.
  readonly send: readonly (string | Buffer)[];
  readonly answers: readonly Expected[];
  // The client closes its half after the last piece.
  readonly halfClose?: true;
  // The client has nothing more to say, and waits for the service to close.
  readonly waits?: true;
}

// 100 invites the body that a client asked about, before the answer.
export type Expected = ProblemCode | 100 | 200 | 204;

export const HOST = 'Host: service.test\r\n';
export const GOOD = `GET /livez HTTP/1.1\r\n${HOST}\r\n`;

export function row(name: string, send: string | Buffer, ...answers: Expected[]): Row {
  return { name, send: [send], answers };
}

/** A request that is whole but for what the row is about. */
export function get(target: string, headers = ''): string {
  return `GET ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`;
}

/** A body under its true length; `headers` may say something else about it. */
export function post(
  body: string | Buffer,
  headers = 'Content-Type: application/json\r\n',
): Buffer {
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  const head = `POST /specimen HTTP/1.1\r\n${HOST}${headers}${length}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

export function chunked(body: string, headers = 'Transfer-Encoding: chunked\r\n'): string {
  return `POST /specimen HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}\r\n${body}`;
}
