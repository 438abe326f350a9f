import { only } from '@app/platform/webhooks/scheme';
import type { Delivery } from '@app/platform/webhooks/scheme';
import type { SignatureInput } from './structured-fields.ts';

// A line end would be the start of the next component. Blanks at the ends are nobody's: some sign
// them, and some cut them off before.
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const FIELD_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

const derived: Readonly<Record<string, (delivery: Delivery) => string>> = {
  '@method': ({ method }) => method,
  '@target-uri': ({ url }) => url.href,
  '@scheme': ({ url }) => url.protocol.slice(0, -1),
  '@authority': ({ url }) => url.host,
  '@path': ({ url }) => url.pathname,
  '@query': ({ url }) => (url.search === '' ? '?' : url.search),
};

/** What was signed, line by line; undefined where a component is not there, or there twice. (RFC 9421, section 2.5) */
export function signatureBase(
  { components, text }: SignatureInput,
  delivery: Delivery,
): string | undefined {
  const lines: string[] = [];
  for (const name of components) {
    const value = valueOf(name, delivery);
    if (value === undefined || !VALUE.test(value)) return undefined;
    lines.push(`"${name}": ${value}`);
  }
  return [...lines, `"@signature-params": ${text}`].join('\n');
}

function valueOf(name: string, delivery: Delivery): string | undefined {
  if (Object.hasOwn(derived, name)) return derived[name]?.(delivery);
  return FIELD_NAME.test(name) ? only(delivery.headers, name) : undefined;
}
