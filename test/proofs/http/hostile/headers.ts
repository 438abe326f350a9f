import { limits } from '@app/platform/http/limits';
import type { Row } from '../../../platform/test/support/hostile-requests.ts';
import { chunked, get, HOST, post, row } from '../../../platform/test/support/hostile-requests.ts';

const BAD = 'invalid-request';
const BODY = '{"title":"a"}';
const SESSION = `__Host-session=${'A'.repeat(43)}`;
const livez = (headers: string) => get('/livez', headers);
const hosted = (host: string) => `GET /livez HTTP/1.1\r\n${host}\r\n`;
const typed = (type: string) => post(BODY, type === '' ? '' : `Content-Type: ${type}\r\n`);
const JSON_TYPE = 'Content-Type: application/json\r\n';
const EXPECT = 'Expect: 100-continue\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const CHUNKS = `d\r\n${BODY}\r\n0\r\n\r\n`;
// The head alone, from a client that waits to be told.
const asking = (target: string, length: number, more = '', type = 'application/json') =>
  `POST ${target} HTTP/1.1\r\n${HOST}Content-Type: ${type}\r\n${EXPECT}Content-Length: ${length}\r\n${more}\r\n`;
const fields = (count: number) =>
  Array.from({ length: count }, (_, index) => `X-${index}: a\r\n`).join('');

export const headers: readonly Row[] = [
  row('no host in HTTP/1.0', 'GET /livez HTTP/1.0\r\n\r\n', 200),
  row('an empty host', hosted('Host:\r\n'), BAD),
  row('two hosts in one field', hosted('Host: service.test, evil.test\r\n'), BAD),
  row('a host with somebody before it', hosted('Host: evil@service.test\r\n'), BAD),
  row('a host with a port of six digits', hosted('Host: service.test:443443\r\n'), BAD),
  row('a host with a space', hosted('Host: service .test\r\n'), BAD),
  row('a host in another script', hosted('Host: s\u0435rvice.test\r\n'), BAD),
  row('an address for a host', hosted('Host: [::1]:3000\r\n'), 200),
  row(
    'a host that a proxy would have forwarded',
    livez('X-Forwarded-Host: evil.test\r\nForwarded: host=evil.test\r\n'),
    200,
  ),
  row('a field that is folded at once', hosted(' X-A: b\r\nHost: service.test\r\n'), BAD),
  row('lines that end in a line feed alone', 'GET /livez HTTP/1.1\nHost: service.test\n\n', BAD),
  row('a line feed alone within a field', livez('X-A: b\nX-B: c\r\n'), BAD),
  row('a carriage return alone within a field', livez('X-A: b\rX-B: c\r\n'), BAD),
  row('U+0000 in a value', livez('X-A: a\u0000b\r\n'), BAD),
  row('U+0000 in a name', livez('X\u0000A: b\r\n'), BAD),
  row('a control character in a value', livez('X-A: \u001b[2J\r\n'), BAD),
  row('a space in a name', livez('X A: b\r\n'), BAD),
  row('a space after a name', livez('X-A : b\r\n'), BAD),
  row('an empty name', livez(': b\r\n'), BAD),
  row('a line without a colon', livez('X-A\r\n'), BAD),
  row('a name in another script', livez('X-\u00c4: b\r\n'), BAD),
  row('a value in UTF-8', livez('X-A: \u00e4\r\n'), 200),
  row('__proto__ as a name', livez('__proto__: a\r\nconstructor: b\r\n'), 200),
  row('as many fields as are allowed', livez(fields(limits.headerCount - 1)), 200),
  row('a thousand fields', livez(fields(1_000)), 'headers-too-large'),
  row(
    'a name that is too large',
    livez(`${'X'.repeat(limits.headerBytes)}: a\r\n`),
    'headers-too-large',
  ),
  row(
    'a cookie that is too large',
    livez(`Cookie: a=${'a'.repeat(limits.headerBytes)}\r\n`),
    'headers-too-large',
  ),
  row(
    'a cookie that is no pair',
    get('/session', 'Cookie: ;;=;__Host-session;\r\n'),
    'unauthenticated',
  ),
  row(
    'a session cookie that is empty',
    get('/session', 'Cookie: __Host-session=\r\n'),
    'unauthenticated',
  ),
  row(
    'a session cookie in quotes',
    get('/session', `Cookie: __Host-session="${'A'.repeat(43)}"\r\n`),
    'unauthenticated',
  ),
  row(
    'a session cookie in other letters',
    get('/session', `Cookie: __host-SESSION=${'A'.repeat(43)}\r\n`),
    'unauthenticated',
  ),
  row(
    'a session cookie with a quote for SQL',
    get('/session', "Cookie: __Host-session=' or 1=1 --\r\n"),
    'unauthenticated',
  ),
  row(
    'a cookie that goes up to a prototype',
    get('/session', 'Cookie: __proto__=a; constructor=b\r\n'),
    'unauthenticated',
  ),
  row(
    'two origins',
    post(
      BODY,
      `Content-Type: application/json\r\nOrigin: https://service.test\r\nOrigin: https://evil.test\r\n`,
    ),
    BAD,
  ),
  row(
    'a preflight that nobody listed',
    `OPTIONS /specimen HTTP/1.1\r\n${HOST}Origin: https://evil.test\r\nAccess-Control-Request-Method: POST\r\n\r\n`,
    'method-not-allowed',
  ),
  row('no kind of body', typed(''), 'unsupported-media-type'),
  row('an empty kind of body', typed(' '), 'unsupported-media-type'),
  row('a form', typed('application/x-www-form-urlencoded'), 'unsupported-media-type'),
  row('a form with files', typed('multipart/form-data; boundary=a'), 'unsupported-media-type'),
  row(
    'plain text that says it is JSON',
    typed('text/plain; application/json'),
    'unsupported-media-type',
  ),
  row('JSON that is almost it', typed('application/jsonx'), 'unsupported-media-type'),
  row('JSON of a kind', typed('application/problem+json'), 'unsupported-media-type'),
  row('JSON in UTF-8, said so', typed('application/json; charset=utf-8'), 200),
  row('JSON in capitals', typed('Application/JSON'), 200),
  row(
    'JSON in a charset of old',
    typed('application/json; charset=iso-8859-1'),
    'unsupported-media-type',
  ),
  row(
    'JSON with a second opinion',
    typed('application/json, text/plain'),
    'unsupported-media-type',
  ),
  row('JSON with a parameter', typed('application/json; a=b'), 'unsupported-media-type'),
  row(
    'two kinds of body',
    post(BODY, 'Content-Type: application/json\r\nContent-Type: text/plain\r\n'),
    BAD,
  ),
  row(
    'a body that says it is not packed',
    post(BODY, 'Content-Type: application/json\r\nContent-Encoding: identity\r\n'),
    'unsupported-media-type',
  ),
  row(
    'an expectation that nobody knows',
    post(BODY, 'Content-Type: application/json\r\nExpect: 200-ok\r\n'),
    'expectation-failed',
  ),
  row('an empty expectation', livez('Expect:\r\n'), 'expectation-failed'),
  row(
    'two expectations in one field',
    livez('Expect: 100-continue, 200-ok\r\n'),
    'expectation-failed',
  ),
  row('two expectations', post(BODY, `${JSON_TYPE}${EXPECT}${EXPECT}`), BAD),
  row('such a question in capitals', post(BODY, `${JSON_TYPE}EXPECT: 100-Continue\r\n`), 100, 200),
  row('such a question without a body', livez(EXPECT), 200),
  row(
    'such a question in HTTP/1.0',
    post(BODY, JSON_TYPE + EXPECT)
      .toString()
      .replace('/1.1', '/1.0'),
    200,
  ),
  row('such a question before chunks', chunked(CHUNKS, CHUNKED + EXPECT), 100, 200),
  row('such a question of somebody unknown', asking('/session/end', 2), 'unauthenticated'),
  row(
    'such a question from another site',
    asking('/session/end', 2, `Cookie: ${SESSION}\r\n`),
    'cross-origin',
  ),
  row(
    'such a question about a body that is packed',
    asking('/specimen', 2, 'Content-Encoding: gzip\r\n'),
    'unsupported-media-type',
  ),
  row(
    'such a question about another kind of JSON',
    asking('/specimen', 2, '', 'application/json; charset=utf-16'),
    'unsupported-media-type',
  ),
  row(
    'such a question about a form',
    asking('/specimen', 2, '', 'application/x-www-form-urlencoded'),
    'unsupported-media-type',
  ),
  row('such a question where nothing is posted', asking('/livez', 2), 'method-not-allowed'),
  row('another method in a header', livez('X-HTTP-Method-Override: DELETE\r\n'), 200),
  row(
    'another address in a header',
    livez('X-Original-URL: /session\r\nX-Rewrite-URL: /session\r\n'),
    200,
  ),
  row('a request id of their own', get('/nowhere', 'X-Request-Id: chosen\r\n'), 'not-found'),
  row('a length that the connection forgets', livez('Connection: close, Content-Length\r\n'), 200),
  row('a range', livez('Range: bytes=0-0,1-1,2-2\r\n'), 200),
];
