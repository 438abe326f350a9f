import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../service/module.ts';
import { PROTOTYPE_KEYS } from './json-body.ts';
import { Refusal } from './problems.ts';
import { limits } from './limits.ts';
import { isSafe } from './methods.ts';

// What RFC 3986 lets a path and a query hold. Whatever else a parser puts up with, the next one reads differently.
const TARGET =
  /^(\/(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*)(?:\?((?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*))?$/i;

// Empty, or a way up the tree.
const ODD_SEGMENT = /\/(?:\.{0,2}\/|\.{1,2}$)/;

// Encoded separators and controls, a second encoding within the first, and letters that need none.
const ODD_ESCAPE = /[\p{Cc}/\\%\w\-.~]/u;

// An address has one spelling here. Otherwise a rule of the proxy about /internal says nothing of /x/..;/%69nternal. (CHECK-11)
export function refuseOddTargets(app: Api): void {
  app.addHook('onRequest', async ({ raw: { url = '' } }) => {
    if (url.length > limits.urlCharacters)
      throw new Refusal('uri-too-long', 'Too long an address.');
    const [, path = '', query = ''] = TARGET.exec(url) ?? [];
    // Also the absolute form, which only a proxy is sent: its host would be a second opinion on where this was going.
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

// A name that comes twice is an array to one parser, the first value to another and the last one to a third.
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
  // A byte of a longer character: the router decodes the whole of it, or refuses.
  return code < 0x80 ? String.fromCharCode(code) : '';
}

// An address that exists answers 405 to another method, also to somebody unknown: whoever asks with the right one is
// told 401 rather than 404 already, so nothing more is given away.
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

// Sent twice, a proxy may decide on the first and we on the last; node:http drops or joins them in silence.
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

// What a client may say about where it comes from and what it asked for, and what nothing here may ever believe.
// Only X-Forwarded-For is read, and of it only what a listed proxy wrote.
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

// A request that two servers in a row could read differently is how one is smuggled past the first. (CHECK-11)
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
  // node:http would leave out the rest, whatever it protected.
  if (names.length > limits.headerCount)
    throw new Refusal('headers-too-large', 'Too many header fields.');
  const seen = new Set<string>();
  for (const name of names.map((given) => given.toLowerCase())) {
    if (seen.has(name) && SINGLE.has(name))
      throw new Refusal('invalid-request', 'A header field that may come once came twice.');
    seen.add(name);
  }
}

// HTTP/1.0 knew no Host, and old health checks still speak it. node:http also takes "HTTP/2.0" for a version of this one.
function refuseOddHost({ headers: { host }, raw: { httpVersion } }: FastifyRequest): void {
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    throw new Refusal('invalid-request', 'A version of HTTP that is not spoken like this.');
  if (host === undefined ? httpVersion !== '1.0' : !HOST.test(host))
    throw new Refusal('invalid-request', 'No host, or an odd one.');
}

// node:http has such a limit too, and answers whatever is already under way beyond it empty.
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
  // Unpacking is how a small body becomes a large one.
  if (encoding !== undefined) throw new Refusal('unsupported-media-type', 'An encoded body.');
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    throw new Refusal('expectation-failed', 'An expectation that nobody here knows.');
}
