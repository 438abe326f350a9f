import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../service/module.ts';
import { Refusal } from './problems.ts';
import { isSafe } from './methods.ts';
import { sessionCookies } from './sessions.ts';

// A range that is wider is not the address of a proxy but half of the internet, and whoever is in it chooses which address
// they are seen under. 10.0.0.0/8 and fc00::/7 are the widest that are private.
const WIDEST = { 4: 8, 6: 7 } as const;
const NARROWEST = { 4: 32, 6: 128 } as const;

// Loopback may be listed: a proxy beside the service on the same machine is reached through it, and whoever else runs
// there is trusted already.
export function isProxyList(text: string): boolean {
  return listOf(text).every(isProxy);
}

// Exactly what a browser puts into Origin. So neither `*` nor `null`, no pattern and no path.
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

// An IPv4 range in the clothes of an IPv6 one would be measured by the wrong rule.
function isMapped(address: string): boolean {
  return isIP(address) === 6 && new URL(`http://[${address}]`).hostname.startsWith('[::ffff:');
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || /^[0:]+$/.test(address);
}

function isOrigin(text: string): boolean {
  return /^https:\/\/[a-z0-9.-]+(?::[0-9]+)?$/.test(text) && URL.parse(text)?.origin === text;
}

// A household or a rented server holds a whole /64 of IPv6: the addresses in it are one client's to rotate through.
const GROUPS_OF_A_NETWORK = 4;
const GROUPS = 8;

const MAPPED = /^0:0:0:0:0:ffff:([0-9a-f]+):([0-9a-f]+)$/;

// Whom an address belongs to, in one spelling: IPv4 /32, IPv6 /64. (AUTH-11)
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  const groups = groupsOf(address);
  // IPv4 through a socket that listens on both: the whole of IPv4 would be one network otherwise.
  const [, high, low] = MAPPED.exec(groups.join(':')) ?? [];
  if (high !== undefined && low !== undefined) return dotted(high, low);
  return `${groups.slice(0, GROUPS_OF_A_NETWORK).join(':')}::/64`;
}

// The URL parser knows every spelling and writes one of them.
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
    // What the outside calls us, from the configuration: never the Host header, which whoever calls us chooses.
    publicOrigin: () => string;
  }
}

export function knowPublicOrigin(app: Api, publicOrigin: () => string): void {
  app.decorate('publicOrigin', publicOrigin);
}

// A browser adds the cookie to a request that another site makes. Only where the request comes from tells them apart. (CHECK-11)
export function refuseCrossOrigin(app: Api, publicOrigin: () => string): void {
  app.addHook('onRequest', async (request) => {
    if (isSafe(request.method) || sessionCookies(request).length === 0) return;
    if (!comesFrom(publicOrigin(), request))
      throw new Refusal('cross-origin', 'An unsafe request with a cookie from another origin.');
  });
}

// No header at all is refused as well: every current browser sends one, so nothing legitimate is lost.
function comesFrom(origin: string, request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return request.headers.origin === origin;
}

const METHODS = 'DELETE, GET, HEAD, PATCH, POST, PUT';
const HEADERS = 'authorization, content-type, idempotency-key';

// A browser asks again after this long, so that taking an origin off the list counts the same hour.
const PREFLIGHT_SECONDS = 600;

// Off for every origin that is not listed: it is sent no such header at all. Listed ones may read answers, and never with
// credentials: the cookie is for our own pages, and a page of another origin that can use it can do all that its user may.
export function allowListedOrigins(app: Api, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook('onRequest', async (request, reply) => {
    // Also on answers without an origin: a cache would hand the one to a request that has the other.
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
