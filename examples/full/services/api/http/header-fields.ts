import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './module.ts';
import { Refusal } from './errors.ts';
import { limits } from './limits.ts';
import { isSafe } from './methods.ts';

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
