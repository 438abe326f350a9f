import { isIP } from 'node:net';

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
