import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../service/module.ts';
import { PROTOTYPE_KEYS } from './json-body.ts';
import { Refusal } from './problems.ts';
import { limits } from './limits.ts';
import { isSafe } from './methods.ts';

// The characters that RFC 3986 allows in a path and a query. Parsers differ on all others.
const TARGET =
  /^(\/(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*)(?:\?((?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*))?$/i;

// An empty segment, `.` or `..`.
const ODD_SEGMENT = /\/(?:\.{0,2}\/|\.{1,2}$)/;

// Encoded separators and control characters, double encoding, and characters that need no encoding.
const ODD_ESCAPE = /[\p{Cc}/\\%\w\-.~]/u;

// An address has one spelling. Otherwise /x/..;/%69nternal would pass a proxy's rule about /internal. (CHECK-11)
export function refuseOddTargets(app: Api): void {
  app.addHook('onRequest', async ({ raw: { url = '' } }) => {
    if (url.length > limits.urlCharacters)
      throw new Refusal('uri-too-long', 'Too long an address.');
    const [, path = '', query = ''] = TARGET.exec(url) ?? [];
    // Refuses the absolute form too, which is for proxies: its host could contradict the Host header.
    if (path === '') throw new Refusal('invalid-request', 'An address of another form.');
    refuseOddPath(path);
    if (query !== '') refuseOddQuery(query);
  });
}

function refuseOddPath(path: string): void {
  const escapes = path.match(/%../g) ?? [];
  if (ODD_SEGMENT.test(path) || escapes.some((escape) => ODD_ESCAPE.test(asciiOf(escape))))
    throw new Refusal('invalid-request', 'A path with a second spelling.');
}

// Parsers read a repeated name as an array, as the first value, or as the last one.
function refuseOddQuery(query: string): void {
  const pairs = query.split('&');
  if (pairs.length > limits.queryParameters)
    throw new Refusal('uri-too-long', 'Too many query parameters.');
  const names = new Set<string>();
  for (const pair of pairs) {
    const text = decoded(pair);
    const name = decoded(pair.split('=', 1)[0] ?? '');
    if (name === '' || names.has(name) || PROTOTYPE_KEYS.has(name) || text.includes('\0'))
      throw new Refusal('invalid-request', 'An ambiguous query.');
    names.add(name);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal('invalid-request', 'A query that is not UTF-8.');
  }
}

function asciiOf(escape: string): string {
  const code = Number.parseInt(escape.slice(1), 16);
  // Part of a multi-byte character: the router decodes or refuses the whole of it.
  return code < 0x80 ? String.fromCharCode(code) : '';
}

// A known address answers 405 to another method, also without a session. It gives nothing away: the right method answers
// 401 rather than 404.
export function nameAllowedMethods(app: Api): void {
  app.addHook('onRequest', async ({ is404, url }, reply) => {
    if (!is404) return;
    const path = url.split('?', 1)[0] ?? '';
    const methods = app.inventory.filter((row) => matches(row.url, path)).map((row) => row.method);
    if (methods.length === 0) return;
    reply.header('allow', [...new Set(methods)].toSorted().join(', '));
    throw new Refusal('method-not-allowed', 'A method that this address does not have.');
  });
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) =>
      segment.startsWith(':') ? given[index] !== '' : segment === given[index],
    )
  );
}

// Sent twice, a proxy may use the first value and the service the last. node:http drops or joins them silently.
const SINGLE: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'idempotency-key',
  'origin',
  'sec-fetch-site',
  'transfer-encoding',
]);

// Delete headers that overwrite the client's address, the host or the method. The only proxy header we read is
// X-Forwarded-For, and only from a listed proxy.
const NEVER_BELIEVED = [
  'forwarded',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-http-method-override',
  'x-original-url',
  'x-real-ip',
  'x-rewrite-url',
] as const;

const HOST = /^(?:[a-z0-9][a-z0-9._-]*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i;

// Refuse what a proxy and the service could read differently: a client could smuggle a request past the proxy. (CHECK-11)
export function refuseOddHeaders(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    for (const name of NEVER_BELIEVED) delete request.headers[name];
    lastOnConnection(request, reply);
    refuseRepeated(request.raw.rawHeaders);
    refuseOddHost(request);
    refuseOddBody(request);
    if (isIP(request.ip) === 0)
      throw new Refusal('invalid-request', 'A listed proxy passes on an address that is none.');
  });
}

function refuseRepeated(rawHeaders: readonly string[]): void {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  // node:http would drop the rest silently.
  if (names.length > limits.headerCount)
    throw new Refusal('headers-too-large', 'Too many header fields.');
  const seen = new Set<string>();
  for (const name of names.map((given) => given.toLowerCase())) {
    if (seen.has(name) && SINGLE.has(name))
      throw new Refusal('invalid-request', 'A header field that may come once came twice.');
    seen.add(name);
  }
}

// HTTP/1.0 has no Host, and old health checks still use it. node:http also accepts "HTTP/2.0" in an HTTP/1 request line.
function refuseOddHost({ headers: { host }, raw: { httpVersion } }: FastifyRequest): void {
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    throw new Refusal('invalid-request', 'A version of HTTP that is not spoken like this.');
  if (host === undefined ? httpVersion !== '1.0' : !HOST.test(host))
    throw new Refusal('invalid-request', 'No host, or an odd one.');
}

// node:http has this limit too, but answers further requests in the pipeline with an empty response.
const requestsOn = new WeakMap<object, number>();

function lastOnConnection({ raw: { socket } }: FastifyRequest, reply: FastifyReply): void {
  const count = (requestsOn.get(socket) ?? 0) + 1;
  requestsOn.set(socket, count);
  if (count >= limits.requestsPerSocket) reply.header('connection', 'close');
}

function refuseOddBody({ headers, method, raw: { httpVersion } }: FastifyRequest): void {
  const coding = headers['transfer-encoding'];
  const encoding = headers['content-encoding'];
  const length = headers['content-length'] === '0' ? undefined : headers['content-length'];
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0'))
    throw new Refusal('invalid-request', 'A transfer coding that not everybody reads alike.');
  if (isSafe(method) && (coding ?? encoding ?? length) !== undefined)
    throw new Refusal('invalid-request', 'A body where a method gives it no meaning.');
  // A small compressed body can expand to a huge one.
  if (encoding !== undefined) throw new Refusal('unsupported-media-type', 'An encoded body.');
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    throw new Refusal('expectation-failed', 'An expectation that nobody here knows.');
}
