import { limits } from '@app/platform/http/limits';
import type { Row } from '../../../platform/test/support/hostile-requests.ts';
import { get, HOST, row } from '../../../platform/test/support/hostile-requests.ts';

const BAD = 'invalid-request';
const line = (text: string) => `${text}\r\n${HOST}\r\n`;

// The first line: method, version, and one spelling for each address.
export const requestLines: readonly Row[] = [
  row('nothing but noise', '\u0000\u0001\u0002\r\n\r\n', BAD),
  row('a TLS handshake', Buffer.from('16030100a5010000a10303', 'hex'), BAD),
  row('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', BAD),
  row('an address alone, as HTTP/0.9 had it', 'GET /livez\r\n\r\n', BAD),
  row('HTTP/1.0, which old health checks speak', line('GET /livez HTTP/1.0'), 200),
  row('HTTP/1.2', line('GET /livez HTTP/1.2'), BAD),
  row('HTTP/9.9', line('GET /livez HTTP/9.9'), BAD),
  row('a version in small letters', line('GET /livez http/1.1'), BAD),
  row('another protocol', line('GET /livez ICE/1.0'), BAD),
  row('no version at all', line('GET /livez HTTP/'), BAD),
  row('words after the version', line('GET /livez HTTP/1.1 x'), BAD),
  row('a method that nobody knows', line('FETCH /livez HTTP/1.1'), BAD),
  row('a method in small letters', line('get /livez HTTP/1.1'), BAD),
  row('a method with a space before it', line(' GET /livez HTTP/1.1'), BAD),
  row('a method of two thousand letters', line(`${'A'.repeat(2_000)} /livez HTTP/1.1`), BAD),
  row('PROPFIND', line('PROPFIND /livez HTTP/1.1'), 'method-not-allowed'),
  row('POST where there is only GET', line('POST /livez HTTP/1.1'), 'method-not-allowed'),
  row('GET where there is only POST', get('/specimen'), 'method-not-allowed'),
  row('OPTIONS of an address', line('OPTIONS /livez HTTP/1.1'), 'method-not-allowed'),
  row('OPTIONS of the server', line('OPTIONS * HTTP/1.1'), BAD),
  row(
    'an upgrade to a web socket',
    get('/livez', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'),
    200,
  ),
  row(
    'an upgrade to clear HTTP/2',
    get(
      '/livez',
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n',
    ),
    200,
  ),
  row('the absolute form of an address', get('http://service.test/livez'), BAD),
  row('an address without its slash', get('livez'), BAD),
  row('an address that is only a host', get('//evil.test/livez'), BAD),
  row('an address with a fragment', get('/livez#a'), BAD),
  row('a way up that is encoded twice', get('/a/%252e%252e/livez'), BAD),
  row('a way up at the end', get('/livez/..'), BAD),
  row('a way to the same place', get('/./livez'), BAD),
  row('a way up with a parameter, as Tomcat reads it', get('/x/..;/livez'), 'not-found'),
  row('a backslash that is encoded', get('/..%5clivez'), BAD),
  row('a slash that is encoded', get('/named%2fa'), BAD),
  row('a slash that comes twice', get('/named//a'), BAD),
  row('a slash at the end', get('/livez/'), 'not-found'),
  row('capital letters', get('/LIVEZ'), 'not-found'),
  row('a letter that needs no encoding', get('/%6civez'), BAD),
  row('a space that is encoded', get('/named/a%20b'), 200),
  row('a line break that is encoded', get('/named/a%0d%0aSet-Cookie:%20a=b'), BAD),
  row('half an escape', get('/named/a%'), BAD),
  row('an escape of other letters', get('/named/%zz'), BAD),
  row('an overlong slash', get('/named/%c0%af'), BAD),
  row('a surrogate that is encoded', get('/named/%ed%a0%80'), BAD),
  row('an escape as JavaScript writes it', get('/named/%u002e'), BAD),
  row('UTF-8 that is encoded', get('/named/%c3%a9'), 200),
  row('UTF-8 that is not encoded', get('/named/\u00e9'), BAD),
  row('full-width dots, which some fold into a way up', get('/named/\uff0e\uff0e/a'), BAD),
  row('a character that reverses the text', get('/named/%e2%80%ae'), 200),
  row(
    'a query that is too long',
    get(`/page?n=${'1'.repeat(limits.urlCharacters)}`),
    'uri-too-long',
  ),
];
