import { BlockList, isIP } from 'node:net';

/** How far the addresses of a listed name may lie. */
export type Reach = 'public' | 'vpc' | 'private' | 'loopback';

type Range = readonly [address: string, bits: number];

// https://www.iana.org/assignments/iana-ipv4-special-registry: what is not reached over the internet.
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
  // A public address that answers each machine of one cloud about itself.
  ['168.63.129.16', 32],
];

// The other way round: one range is public, with these holes. All else is special: loopback, IPv4 in the clothes of
// IPv6 (::ffff:0:0/96), NAT64 (64:ff9b::/96), unique local, link-local, multicast.
const GLOBAL_UNICAST: readonly Range[] = [['2000::', 3]];
const NOT_GLOBAL: readonly Range[] = [
  // Teredo, benchmarks, overlays.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4: an IPv4 address of anybody's choice.
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

// Within private ranges, and yet what hands a machine's credentials to whoever asks.
const METADATA: readonly Range[] = [['100.100.100.200', 32]];
const METADATA_V6: readonly Range[] = [['fd00:ec2::', 32]];

const LOOPBACK: readonly Range[] = [['127.0.0.0', 8]];
const LOOPBACK_V6: readonly Range[] = [['::1', 128]];

// IPv4 and IPv6 apart: a list that holds a range around ::ffff:0:0 would match every IPv4 address.
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

/** Whether a name of that reach may lead to this address. What is not an address leads nowhere. (HOOK-4) */
export function mayReach(reach: Reach, address: string): boolean {
  const version = isIP(address);
  // A zone belongs to link-local addresses only, and the lists would not read it.
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
