import { createHash } from 'node:crypto';
import { hmac, isMac, only, textOf } from '@app/platform/webhooks/scheme';
import type { Scheme } from '@app/platform/webhooks/scheme';

// Lower case would be a second way to write a byte: two bodies under one signature.
const SLOPPY = /%(?![0-9A-F]{2})/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * Signed: our public address, then of a form each name with its value in the order of the names, of
 * JSON the digest that the address carries. Nothing stands between names and values, so that whoever
 * holds one form can cut the same text into other fields: the id is made of the text, which makes
 * every cut the same delivery, and the handler gets the fields in order. Which of the two comes is
 * set for the endpoint, and not told by the delivery. (HOOK-1)
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function twilio({ payload }: { payload: 'form' | 'json' }): Scheme {
  return {
    name: 'twilio',
    headers: ['x-twilio-signature', 'i-twilio-idempotency-token', 'content-type'],
    verify({ headers, url, body }, keys) {
      const given = only(headers, 'x-twilio-signature');
      const fields = payload === 'form' ? fieldsOf(body) : [];
      if (given === undefined || !fields) return undefined;
      if (payload === 'json' && !isDigestOf(body, url)) return undefined;
      const text = fields.flat().join('');
      const accepting = keys.find(({ secret }) =>
        addressesOf(url).some((address) =>
          isMac(given, hmac('sha1', secret.reveal(), address, text), 'base64'),
        ),
      );
      if (!accepting || payload === 'json') return accepting && { keyId: accepting.id, body };
      const id = createHash('sha256').update(url.href).update(text).digest('hex');
      return { keyId: accepting.id, id, body: Buffer.from(`${new URLSearchParams(fields)}`) };
    },
  };
}

// Some of Twilio's products sign the port and some leave it out, whatever the address they were given.
function addressesOf({ protocol, hostname, port, pathname, search }: URL): readonly string[] {
  const written = port === '' ? DEFAULT_PORTS[protocol] : port;
  return ['', `:${written}`].map((end) => `${protocol}//${hostname}${end}${pathname}${search}`);
}

function isDigestOf(body: Uint8Array, { searchParams }: URL): boolean {
  const [given, ...more] = searchParams.getAll('bodySHA256');
  const digest = createHash('sha256').update(body).digest();
  return given !== undefined && more.length === 0 && isMac(given, digest, 'hex');
}

// In order and each once, as Twilio signs them: of two equal fields the signature covers one.
function fieldsOf(body: Uint8Array): [name: string, value: string][] | undefined {
  const fields = textOf(body)?.split('&').map(fieldOf) ?? [undefined];
  const known = new Map<string, [string, string]>();
  for (const field of fields) {
    if (!field) return undefined;
    known.set(JSON.stringify(field), field);
  }
  return [...known.values()].toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
}

function fieldOf(text: string): [string, string] | undefined {
  const [name, value, ...more] = text.split('=');
  if (!name || value === undefined || more.length > 0 || SLOPPY.test(text)) return undefined;
  try {
    return [unescaped(name), unescaped(value)];
  } catch {
    return undefined;
  }
}

function unescaped(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
