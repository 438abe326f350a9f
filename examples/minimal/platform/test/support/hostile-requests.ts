import { Type } from 'typebox';
import { publicAccess } from '../../src/http/access.ts';
import { limits } from '../../src/http/limits.ts';
import type { ProblemCode } from '../../src/http/problems.ts';
import { strictObject } from '../../src/http/schemas.ts';
import type { Module } from '../../src/service/module.ts';

// One connection: what the client writes, and the answers. A code stands for a refusal, a number for a status.
export interface Row {
  readonly name: string;
  // One write per piece, so that each arrives on its own.
  readonly send: readonly (string | Buffer)[];
  readonly answers: readonly Expected[];
  // The client closes its half after the last piece.
  readonly halfClose?: true;
}

// 100 invites the body that a client asked about, before the answer.
export type Expected = ProblemCode | 100 | 200 | 204;

export const HOST = 'Host: service.test\r\n';
export const GOOD = `GET /livez HTTP/1.1\r\n${HOST}\r\n`;
const BAD = 'invalid-request';
const LATE = 'request-timeout';
const LONG = 'uri-too-long';
const LARGE = 'headers-too-large';
const MEDIA = 'unsupported-media-type';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const SESSION = `__Host-session=${'A'.repeat(43)}`;
const COOKIE = `Cookie: ${SESSION}`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const BODY = '{"title":"a"}';
const CHUNKS = `d\r\n${BODY}\r\n0\r\n\r\n`;
const LETTERS = 'a'.repeat(limits.pathParameterCharacters + 1);
const CROSS_SITE = `${JSON_TYPE}${COOKIE}\r\nOrigin: https://evil.test\r\n`;
const EXPECT = 'Expect: 100-continue\r\n';

export function row(name: string, send: string | Buffer, ...answers: Expected[]): Row {
  return { name, send: [send], answers };
}

export function get(target: string, headers = ''): string {
  return `GET ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`;
}

/** A body with its true length, whatever else `headers` says about it. */
export function post(body: string | Buffer, headers = JSON_TYPE): Buffer {
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  const head = `POST /specimen HTTP/1.1\r\n${HOST}${headers}${length}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

export function chunked(body: string, headers = CHUNKED): string {
  return `POST /specimen HTTP/1.1\r\n${HOST}${JSON_TYPE}${headers}\r\n${body}`;
}

const line = (text: string) => `${text}\r\n${HOST}\r\n`;
const livez = (headers: string) => get('/livez', headers);
const typed = (type: string) => post(BODY, `Content-Type: ${type}\r\n`);
const body = (name: string, text: string | Buffer) => row(name, post(text), BAD);
const numbered = (count: number, rest: string) =>
  Array.from({ length: count }, (_, index) => `x${index}${rest}`).join('');
const sized = (length: number, headers: string, text = '') =>
  chunked(text, `Content-Length: ${length}\r\n${headers}`);
const SMUGGLED = `0\r\n\r\nGET /smuggled HTTP/1.1\r\n${HOST}\r\n`;

/** One request per rule. Add a row with each rule of a parser: what can be read in two ways is refused. (CHECK-11) */
export const hostileRequests = {
  'request lines': [
    row('another version', line('GET /livez HTTP/2.0'), BAD),
    row('CONNECT, which asks for a proxy', line('CONNECT a.test:443 HTTP/1.1'), BAD),
    row('TRACE, which echoes cookies', line('TRACE /livez HTTP/1.1'), 'method-not-allowed'),
    row('an absolute address of another host', get('http://169.254.169.254/latest/meta-data'), BAD),
    row('a parent folder', get('/a/../livez'), BAD),
    row('an encoded parent folder', get('/a/%2e%2e/livez'), BAD),
    row('an encoded slash in a parameter', get('/named/a%2Fb'), BAD),
    row('an encoded U+0000', get('/named/a%00'), BAD),
    row('a character that no address has', get('/..\\livez'), BAD),
    row('a parameter that is too long', get(`/named/${LETTERS}`), LONG),
    row('an address that is too long', get(`/${'a'.repeat(limits.urlCharacters)}`), LONG),
  ],
  queries: [
    row('a parameter that no schema names', get('/page?role=operator'), BAD),
    row('a query where none is declared', get('/livez?a=1'), BAD),
    row('the same parameter twice, once encoded', get('/page?tags=a&%74ags=b'), BAD),
    row('an encoded __proto__', get('/page?%5f_proto__=1'), BAD),
    row('a number in a second notation', get('/page?n=0x1'), BAD),
    row('a value that is not UTF-8', get('/page?n=%ff'), BAD),
    row('too many parameters', get(`/page?${numbered(limits.queryParameters + 1, '=1&')}`), LONG),
  ],
  headers: [
    row('no host', 'GET /livez HTTP/1.1\r\n\r\n', BAD),
    row('two hosts', livez('Host: evil.test\r\n'), BAD),
    row('a host with a path', 'GET /livez HTTP/1.1\r\nHost: service.test/x\r\n\r\n', BAD),
    row('a folded field', livez('X-A: b\r\n c\r\n'), BAD),
    row('one field too many', livez(numbered(limits.headerCount, ': a\r\n')), LARGE),
    row('a field that is too large', livez(`X-A: ${'a'.repeat(limits.headerBytes)}\r\n`), LARGE),
    row('two session cookies', get('/session', `${COOKIE}; ${SESSION}\r\n`), 'unauthenticated'),
    row('two cookie fields', get('/session', `Cookie: a=b\r\n${COOKIE}\r\n`), BAD),
    row('a session cookie from another site', post(BODY, CROSS_SITE), 'cross-origin'),
    row('text/plain, which needs no preflight', typed('text/plain'), MEDIA),
    row('JSON in another charset', typed('application/json; charset=utf-16'), MEDIA),
    row('a compressed body', typed('application/json\r\nContent-Encoding: gzip'), MEDIA),
    row('an unknown expectation', livez('Expect: 200-ok\r\n'), 'expectation-failed'),
    row('100-continue before a body', post(BODY, JSON_TYPE + EXPECT), 100, 200),
    row('100-continue before a large body', sized(limits.bodyBytes + 1, EXPECT), 'body-too-large'),
  ],
  framing: [
    row('CL.TE', chunked(SMUGGLED, `Content-Length: 6\r\n${CHUNKED}`), BAD),
    row('TE.CL', chunked(SMUGGLED, `${CHUNKED}Content-Length: 4\r\n`), BAD),
    row('two codings', chunked(CHUNKS, 'Transfer-Encoding: gzip, chunked\r\n'), BAD),
    row('two lengths that differ', sized(13, 'Content-Length: 12\r\n', BODY), BAD),
    row('a coding in HTTP/1.0', chunked(CHUNKS).replace('HTTP/1.1', 'HTTP/1.0'), BAD),
    row('a body with GET', get('/livez', 'Content-Length: 4\r\n') + 'abcd', BAD),
    row('a chunk size in a second notation', chunked('0xd\r\n'), BAD),
    row(
      'a length in a trailer',
      chunked(CHUNKS.replace(/\r\n$/, 'Content-Length: 1\r\n\r\n')),
      BAD,
    ),
    row('a refused request before a good one', get('/nowhere') + GOOD, 'not-found', 200),
  ],
  bodies: [
    row('one byte too many', post(BODY.padEnd(limits.bodyBytes + 1)), 'body-too-large'),
    body('two documents', BODY + BODY),
    body('a member that no schema names', '{"title":"a","role":"operator"}'),
    body('a text for a number', '{"title":"a","size":"2"}'),
    body('a member twice, once escaped', '{"title":"a","\\u0074itle":"b"}'),
    body('an escaped __proto__', '{"title":"a","\\u005f_proto__":{}}'),
    body('more levels than the limit', `${'['.repeat(17)}${']'.repeat(17)}`),
    body('a number beyond 53 bits', '{"title":"a","size":9007199254740993}'),
    body('minus zero', '{"title":"a","size":-0}'),
    body('U+0000', '{"title":"\\u0000"}'),
    body('half a surrogate pair', '{"title":"\\ud800"}'),
    body('a byte order mark', Buffer.from(`\ufeff${BODY}`)),
    body('bytes that are not UTF-8', Buffer.from('7b227469746c65223a22c0af227d', 'hex')),
  ],
  'slow clients': [
    row('a client that stops in the first line', 'GET /li', LATE),
    row('a client that stops in its body', post(BODY).subarray(0, -1), LATE),
  ],
} satisfies Readonly<Record<string, readonly Row[]>>;

const access = publicAccess('A specimen that only this test serves.');
const handler = async () => ({ fine: true });

/** The routes that the requests are sent to. */
export const specimen: Module = {
  id: 'specimen',
  routes: (app) => {
    const schema = {
      body: strictObject({
        title: Type.String({ maxLength: 5 }),
        size: Type.Optional(Type.Integer()),
        flag: Type.Optional(Type.Boolean()),
      }),
      querystring: strictObject({
        n: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
        all: Type.Boolean({ default: false }),
        tags: Type.Optional(Type.Array(Type.String())),
      }),
    };
    app.post('/specimen', { config: { access }, schema: { body: schema.body }, handler });
    app.get('/page', { config: { access }, schema: { querystring: schema.querystring }, handler });
    app.get('/named/:name', { config: { access }, handler });
  },
};
