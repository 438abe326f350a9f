import { isIPv4, isIPv6 } from 'node:net';

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
