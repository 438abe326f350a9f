import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../service/module.ts';
import { Refusal } from './problems.ts';
import { isSafe } from './methods.ts';
import { sessionCookies } from './sessions.ts';

// Each address in a trusted range can choose its X-Forwarded-For, so refuse ranges that are wider than private networks:
// 10.0.0.0/8 and fc00::/7 are the widest of them.
const WIDEST = { 4: 8, 6: 7 } as const;
const NARROWEST = { 4: 32, 6: 128 } as const;

// Loopback is allowed, for a proxy on the same machine. Other processes there are trusted anyway.
export function isProxyList(text: string): boolean {
  return listOf(text).every(isProxy);
}

// Exact values of the Origin header: no `*`, no `null`, no pattern and no path.
export function isOriginList(text: string): boolean {
  return listOf(text).every(isOrigin);
}

export function listOf(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim());
}

function isProxy(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address) as 0 | 4 | 6;
  if (version === 0 || rest.length > 0 || isMapped(address)) return false;
  if (prefix === undefined) return !isUnspecified(address);
  const bits = /^[1-9][0-9]{0,2}$/.test(prefix) ? Number(prefix) : 0;
  return bits >= WIDEST[version] && bits <= NARROWEST[version];
}

// An IPv4-mapped IPv6 range would be judged by the wrong width.
function isMapped(address: string): boolean {
  return isIP(address) === 6 && new URL(`http://[${address}]`).hostname.startsWith('[::ffff:');
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || /^[0:]+$/.test(address);
}

function isOrigin(text: string): boolean {
  return /^https:\/\/[a-z0-9.-]+(?::[0-9]+)?$/.test(text) && URL.parse(text)?.origin === text;
}

// A household or a rented server holds a whole IPv6 /64, and can rotate through all addresses in it.
const GROUPS_OF_A_NETWORK = 4;
const GROUPS = 8;

const MAPPED = /^0:0:0:0:0:ffff:([0-9a-f]+):([0-9a-f]+)$/;

// The network of an address in one spelling: IPv4 /32, IPv6 /64. (AUTH-11)
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  const groups = groupsOf(address);
  // A dual-stack socket reports IPv4 as mapped IPv6: without this, all of IPv4 would be one network.
  const [, high, low] = MAPPED.exec(groups.join(':')) ?? [];
  if (high !== undefined && low !== undefined) return dotted(high, low);
  return `${groups.slice(0, GROUPS_OF_A_NETWORK).join(':')}::/64`;
}

// The URL parser reads every spelling and writes the canonical one.
function groupsOf(address: string): readonly string[] {
  const [withoutZone = ''] = address.split('%');
  const text = new URL(`http://[${withoutZone}]/`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const before = split(head);
  if (tail === undefined) return before;
  const after = split(tail);
  return [...before, ...Array<string>(GROUPS - before.length - after.length).fill('0'), ...after];
}

function split(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

function dotted(...groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((value) => [value >> 8, value & 255])
    .join('.');
}

declare module 'fastify' {
  interface FastifyInstance {
    // From the configuration. The Host header is the client's choice.
    publicOrigin: () => string;
  }
}

export function knowPublicOrigin(app: Api, publicOrigin: () => string): void {
  app.decorate('publicOrigin', publicOrigin);
}

// A browser adds the cookie to requests of other sites too. Only the origin of the request tells them apart. (CHECK-11)
export function refuseCrossOrigin(app: Api, publicOrigin: () => string): void {
  app.addHook('onRequest', async (request) => {
    if (isSafe(request.method) || sessionCookies(request).length === 0) return;
    if (!comesFrom(publicOrigin(), request))
      throw new Refusal('cross-origin', 'An unsafe request with a cookie from another origin.');
  });
}

// A request without both headers is refused: every current browser sends one of them.
function comesFrom(origin: string, request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return request.headers.origin === origin;
}

const METHODS = 'DELETE, GET, HEAD, PATCH, POST, PUT';
const HEADERS = 'authorization, content-type, idempotency-key';

// Browsers cache a preflight for this long, so that removing an origin from the list takes effect within minutes.
const PREFLIGHT_SECONDS = 600;

// An unlisted origin gets no CORS header. A listed one may read answers, but never with credentials: a page of another
// origin that could send the cookie could do everything that its user may.
export function allowListedOrigins(app: Api, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook('onRequest', async (request, reply) => {
    // Also on answers without an origin: a cache could otherwise return them to a request that has one.
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !origins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'x-request-id');
    if (isPreflight(request)) await answerPreflight(reply);
  });
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

async function answerPreflight(reply: FastifyReply): Promise<void> {
  await reply
    .code(204)
    .header('access-control-allow-methods', METHODS)
    .header('access-control-allow-headers', HEADERS)
    .header('access-control-max-age', String(PREFLIGHT_SECONDS))
    .send();
}
