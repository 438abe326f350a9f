import type { Row } from '../../../platform/test/support/hostile-requests.ts';
import {
  chunked,
  get,
  GOOD,
  HOST,
  post,
  row,
} from '../../../platform/test/support/hostile-requests.ts';

const BAD = 'invalid-request';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const BODY = '{"title":"a"}';
const CHUNKS = 'd\r\n{"title":"a"}\r\n0\r\n\r\n';

const lengths = (...given: string[]) =>
  `POST /specimen HTTP/1.1\r\n${HOST}${JSON_TYPE}${given.map((value) => `Content-Length: ${value}\r\n`).join('')}\r\n${BODY}`;
const coded = (...given: string[]) =>
  chunked(CHUNKS, given.map((value) => `Transfer-Encoding: ${value}\r\n`).join(''));

const trailed = (trailer: string) => chunked(`d\r\n${BODY}\r\n0\r\n${trailer}\r\n\r\n`);

// Where one request ends and the next begins: two servers that disagree let a client write requests for others.
export const framing: readonly Row[] = [
  row('a whole body, for comparison', post(BODY), 200),
  row('a whole chunked body, for comparison', chunked(CHUNKS), 200),
  row('TE.TE: an unknown coding before chunked', coded('cow', 'chunked'), BAD),
  row('TE.TE: a second coding that is unknown', coded('chunked', 'cow'), BAD),
  row('chunked twice', coded('chunked, chunked'), BAD),
  row('chunked, and not last', coded('chunked, gzip'), BAD),
  row('a coding that is none', coded('identity'), BAD),
  row('a coding that starts like chunked', coded('chunkedx'), BAD),
  row('a coding in quotes', coded('"chunked"'), BAD),
  row('a coding after a tab', coded('\tchunked'), 200),
  row('a coding before a control character', coded('\u000bchunked'), BAD),
  row('an empty coding', coded(''), BAD),
  row(
    'a coding whose name ends in a space',
    chunked(CHUNKS, 'Transfer-Encoding : chunked\r\n'),
    BAD,
  ),
  row('two lengths that agree', lengths('13', '13'), BAD),
  row('two lengths in one field', lengths('13, 13'), BAD),
  row('a negative length', lengths('-13'), BAD),
  row('a length with a sign', lengths('+13'), BAD),
  row('a hexadecimal length', lengths('0xd'), BAD),
  row('a length with a fraction', lengths('13.0'), BAD),
  row('an empty length', lengths(''), BAD),
  row('a length in another script', lengths('\u0661\u0663'), BAD),
  row('a length beyond 64 bits', lengths('18446744073709551629'), BAD),
  row('a length that is too large', lengths('10000000000'), 'body-too-large'),
  row('a chunk extension', chunked(CHUNKS.replace('d\r\n', 'd;a=b\r\n')), 200),
  row(
    'a chunk extension without end',
    chunked(`d;${'a'.repeat(20_000)}\r\n${BODY}\r\n0\r\n\r\n`),
    'body-too-large',
  ),
  row(
    'a line feed alone in a chunk extension',
    chunked(CHUNKS.replace('d\r\n', 'd;a\nb\r\n')),
    BAD,
  ),
  row('a chunk size that is no number', chunked('xyz\r\n'), BAD),
  row('a negative chunk size', chunked('-1\r\n'), BAD),
  row('a chunk size beyond 64 bits', chunked('fffffffffffffffff\r\n'), BAD),
  row('an empty chunk size', chunked('\r\n'), BAD),
  row('a chunk that is longer than it says', chunked('5\r\n{"title":"a"}\r\n0\r\n\r\n'), BAD),
  row('a chunk that ends in a line feed alone', chunked(`d\n${BODY}\n0\n\n`), BAD),
  row(
    'chunks of more than the limit',
    chunked(`11000\r\n${' '.repeat(0x1_1000)}\r\n0\r\n\r\n`),
    'body-too-large',
  ),
  row('a trailer that nobody asked for', trailed('X-A: b'), 200),
  row('a trailer that would be somebody', trailed(`Cookie: __Host-session=${'A'.repeat(43)}`), 200),
  row(
    'a trailer that is announced',
    chunked(
      `d\r\n${BODY}\r\n0\r\nX-A: b\r\n\r\n`,
      'Transfer-Encoding: chunked\r\nTrailer: X-A\r\n',
    ),
    200,
  ),
  row('a trailer with another coding', trailed('Transfer-Encoding: gzip'), BAD),
  row('a trailer that is folded', trailed('X-A: b\r\n c'), BAD),
  row('a trailer without a colon', trailed('X-A'), BAD),
  row('a trailer that is too large', trailed(`X-A: ${'a'.repeat(20_000)}`), 'headers-too-large'),
  row('a body that is packed, with GET', get('/livez', 'Content-Encoding: gzip\r\n'), BAD),
  row(
    'a chunked body with GET',
    get('/livez', 'Transfer-Encoding: chunked\r\n') + '0\r\n\r\n',
    BAD,
  ),
  row('two requests at once', GOOD + GOOD, 200, 200),
  row('eight requests at once', GOOD.repeat(8), ...Array.from({ length: 8 }, () => 200 as const)),
  row('a request behind a body', Buffer.concat([post(BODY), Buffer.from(GOOD)]), 200, 200),
  { name: 'a request in single bytes', send: [...GOOD], answers: [200] },
  { name: 'a body in single bytes', send: [...post(BODY).toString()], answers: [200] },
];
