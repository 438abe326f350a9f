import { createHash, X509Certificate } from 'node:crypto';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import { checkServerIdentity } from 'node:tls';
import type { buildConnector } from 'undici';
import { Agent } from 'undici';
import { denied, reported } from './denied.ts';
import type { EgressEntry } from './hosts.ts';

/** Which addresses a listed name may resolve to. */
export type Reach = 'public' | 'vpc' | 'private' | 'loopback';

type Range = readonly [address: string, bits: number];

// Ranges that are not on the internet: https://www.iana.org/assignments/iana-ipv4-special-registry
const NOT_PUBLIC: readonly Range[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // A public address where Azure tells each machine about itself.
  ['168.63.129.16', 32],
];

// IPv6 is public in one range, except for NOT_GLOBAL. All else is special: loopback, IPv4-mapped addresses
// (::ffff:0:0/96), NAT64 (64:ff9b::/96), unique local, link-local, multicast.
const GLOBAL_UNICAST: readonly Range[] = [['2000::', 3]];
const NOT_GLOBAL: readonly Range[] = [
  // Teredo, benchmarks, overlays.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4 embeds an IPv4 address that an attacker can choose.
  ['2002::', 16],
  ['3fff::', 20],
];

const PRIVATE: readonly Range[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];
const UNIQUE_LOCAL: readonly Range[] = [['fc00::', 7]];

// Metadata services within private ranges: they give the credentials of the machine to any caller.
const METADATA: readonly Range[] = [['100.100.100.200', 32]];
const METADATA_V6: readonly Range[] = [['fd00:ec2::', 32]];

const LOOPBACK: readonly Range[] = [['127.0.0.0', 8]];
const LOOPBACK_V6: readonly Range[] = [['::1', 128]];

// One list per family: a list with a range around ::ffff:0:0 would match every IPv4 address.
const lists = {
  4: {
    notPublic: listOf(NOT_PUBLIC, 'ipv4'),
    private: listOf(PRIVATE, 'ipv4'),
    metadata: listOf(METADATA, 'ipv4'),
    loopback: listOf(LOOPBACK, 'ipv4'),
  },
  6: {
    global: listOf(GLOBAL_UNICAST, 'ipv6'),
    notGlobal: listOf(NOT_GLOBAL, 'ipv6'),
    private: listOf(UNIQUE_LOCAL, 'ipv6'),
    metadata: listOf(METADATA_V6, 'ipv6'),
    loopback: listOf(LOOPBACK_V6, 'ipv6'),
  },
} as const;

/** Whether a name of that class may resolve to this address. Text that is not an address may not. (HOOK-4) */
export function mayReach(reach: Reach, address: string): boolean {
  const version = isIP(address);
  // Only link-local addresses have a zone, and BlockList does not read it.
  if (version === 0 || address.includes('%')) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const known = lists[version as 4 | 6];
  if (reach === 'loopback') return known.loopback.check(address, family);
  if (reach !== 'private' && isPublic(address, version)) return true;
  if (reach === 'public') return false;
  return known.private.check(address, family) && !known.metadata.check(address, family);
}

function isPublic(address: string, version: number): boolean {
  if (version === 4) return !lists[4].notPublic.check(address, 'ipv4');
  return lists[6].global.check(address, 'ipv6') && !lists[6].notGlobal.check(address, 'ipv6');
}

function listOf(ranges: readonly Range[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [address, bits] of ranges) list.addSubnet(address, bits, family);
  return list;
}

// The other side may be slow, broken or hostile. Without a limit it could hold a caller, or its memory, forever.
export const defaultLimits = {
  connectMs: 5_000,
  headersMs: 15_000,
  // Between two chunks of a body.
  pauseMs: 15_000,
  // From the request to the last byte: one byte per second would stay below every other limit.
  wholeMs: 30_000,
  answerBytes: 5_000_000,
} as const;

export type EgressLimits = { readonly [Limit in keyof typeof defaultLimits]: number };

type Answered = (error: Error | null, addresses?: LookupAddress[]) => void;
export type Resolve = (host: string, options: LookupOptions & { all: true }, cb: Answered) => void;

type Lookup = NonNullable<ConnectionOptions['lookup']>;

/**
 * Resolves a name at each connection and returns the addresses that were checked, so that a second DNS answer cannot
 * replace them. One forbidden address refuses the whole answer, because a retry would use it. (HOOK-4)
 */
function lookupWithin(reach: Reach, refused: () => Error, resolve: Resolve = lookup): Lookup {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses = []) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => mayReach(reach, address)))
        return callback(refused(), '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

type Identity = NonNullable<ConnectionOptions['checkServerIdentity']>;

// Without a host for destinations that users choose: the log must not name them.
type Destination = Pick<EgressEntry, 'class' | 'loopback' | 'ca' | 'pins'> & {
  readonly host?: string;
};

export interface Ways {
  readonly resolve?: Resolve | undefined;
}

/** Connections to one listed host. Its entry fixes the addresses, the authority and the pins. (HOOK-4) */
export function connectionsTo(
  entry: Destination,
  limits: EgressLimits,
  { resolve }: Ways = {},
): Agent {
  const connect: buildConnector.BuildOptions = {
    timeout: limits.connectMs,
    lookup: onlyWithin(entry, resolve),
    autoSelectFamily: true,
    minVersion: 'TLSv1.2',
    // Set here, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
    rejectUnauthorized: true,
    ...(entry.ca !== undefined && { ca: entry.ca }),
    // A resumed session shows no certificate, so the pins would not be checked.
    ...(entry.pins && { maxCachedSessions: 0, checkServerIdentity: pinned(entry, entry.pins) }),
  };
  return new Agent({
    connect,
    allowH2: false,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.pauseMs,
    maxResponseSize: limits.answerBytes,
  });
}

export function onlyWithin(entry: Destination, resolve?: Resolve): Lookup {
  return lookupWithin(reachOf(entry), () => denied('address', entry.host), resolve);
}

export function reachOf({ class: kind, loopback }: Destination): Reach {
  if (loopback) return 'loopback';
  return kind === 'vpc' ? 'vpc' : 'public';
}

// Check the name first: a pin says which key, and not which name its certificate is for.
function pinned({ host }: Destination, pins: NonNullable<EgressEntry['pins']>): Identity {
  return (name, certificate) => {
    const wrongName = checkServerIdentity(name, certificate);
    if (wrongName) return wrongName;
    if (pins.spki.includes(pinOf(certificate))) return undefined;
    if (!pins.reportOnly) return denied('pin', host);
    reported('pin', host);
    return undefined;
  };
}

function pinOf({ raw }: PeerCertificate): string {
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}
