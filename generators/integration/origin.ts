import { isIP } from 'node:net';

export const ORIGIN_MAX_LENGTH = 200;
export const ORIGIN_PATTERN = 'https://[a-z0-9-]+(?:[.][a-z0-9-]+)+(?::[1-9][0-9]{0,4})?';

/** One label after the other, as the emitted check reads them: none empty, none that starts or ends with a hyphen. */
const HOST = /^(?!-)[a-z0-9-]{1,63}(?<!-)(?:[.](?!-)[a-z0-9-]{1,63}(?<!-))+$/;

/** Names that lead back to the machine or stay on its network, where a public service is not. */
const NOT_PUBLIC = /[.](?:localhost|local|internal|test|invalid|onion)$/;

/** Returns the sentence that says why a service cannot be there, or undefined. */
export function originProblem(text: string): string | undefined {
  if (!URL.canParse(text) || new URL(text).origin !== text)
    return 'must be an origin as a browser writes it, without a default port';
  const { hostname } = new URL(text);
  if (isIP(hostname) !== 0 || !HOST.test(hostname)) return 'must name a host, not an address';
  if (NOT_PUBLIC.test(hostname)) return 'must name a host of the public internet';
  return undefined;
}

/** What the emitted allowlist says of an origin that was accepted. */
export function placeOf(origin: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(origin);
  return { host: hostname, port: port === '' ? 443 : Number(port) };
}
