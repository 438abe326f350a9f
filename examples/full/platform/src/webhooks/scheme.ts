import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '../secrets/secret.ts';

/** One delivery as it arrived: exact bytes, and the public address that the sender called. */
export interface Delivery {
  readonly method: string;
  // The public origin, then path and query: never the Host header, which whoever calls us chooses.
  readonly url: URL;
  // Names in lower case, every occurrence.
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
}

export interface WebhookKey {
  readonly id: string;
  // A shared secret, or a public key as text.
  readonly secret: Secret;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** Only what the signature covers. */
export interface Signed {
  readonly keyId: string;
  readonly id?: string | undefined;
  readonly at?: Date | undefined;
  readonly body: Uint8Array;
}

export interface Scheme {
  readonly name: string;
  // Kept with the raw payload, and no others.
  readonly headers: readonly string[];
  // Undefined is not proven, for whatever reason. When, how often and by which of the keys is judged elsewhere.
  verify(delivery: Delivery, keys: readonly WebhookKey[]): Signed | undefined;
  // What a retry has in common with the first attempt, where the sender writes its body anew.
  retold?(body: Uint8Array): Uint8Array;
  // What the sender asks for before it sends anything, answered once it is proven, and never kept.
  handshake?(signed: Signed): Readonly<Record<string, string>> | undefined;
  // Throws where the key could never prove anything, so that a service with such a key does not start.
  checkKey?(key: WebhookKey): void;
  // Where we make the secret, and the sender is given it.
  newSecret?(): Secret;
}

const SECRET_BYTES = 32;

export function drawSecret(encoding: MacEncoding, prefix = ''): Secret {
  return new Secret(`${prefix}${randomBytes(SECRET_BYTES).toString(encoding)}`);
}

/** Sent twice, a proxy may have judged one and we another: then there is none. (HOOK-1) */
export function only(headers: Delivery['headers'], name: string): string | undefined {
  const values = headers.get(name);
  return values?.length === 1 ? values[0] : undefined;
}

export function hmac(
  hash: 'sha1' | 'sha256',
  key: string | Uint8Array,
  ...parts: readonly (string | Uint8Array)[]
): Buffer {
  // Anybody can sign with the empty key, and node:crypto takes it without a word. (HOOK-1)
  if (key.length === 0) throw new TypeError('A webhook key is empty.');
  // As a key: given bytes, node:crypto takes longer to find out what they are than to sign.
  const mac = createHmac(hash, typeof key === 'string' ? key : createSecretKey(key));
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/**
 * Whether that text is this MAC. Ours is encoded and theirs is not decoded: Buffer.from reads many
 * texts as the same bytes, and one of them is enough.
 */
export function isMac(given: string, mac: Buffer, encoding: MacEncoding): boolean {
  return sameBytes(Buffer.from(given), Buffer.from(mac.toString(encoding)));
}

export type MacEncoding = 'hex' | 'base64' | 'base64url';

/** In constant time. The length may be told: it says how the sender writes, and nothing of our MAC. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** The bytes, where the text is the one way to write them: padded, lower case, no stray bits. */
export function decoded(text: string, encoding: MacEncoding): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return text !== '' && bytes.toString(encoding) === text ? bytes : undefined;
}

// parseInt reads 1614265330abc as a time, Number reads 0x60, 1e9 and the empty text.
const SECONDS = /^[1-9][0-9]{0,10}$/;
const MILLISECONDS = /^[1-9][0-9]{0,13}$/;

export function unixSeconds(text: string | undefined): Date | undefined {
  return text !== undefined && SECONDS.test(text) ? new Date(Number(text) * 1000) : undefined;
}

export function unixMilliseconds(text: string | undefined): Date | undefined {
  return text !== undefined && MILLISECONDS.test(text) ? new Date(Number(text)) : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined where the bytes are no text: replaced characters would be something nobody signed. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

export function jsonObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  const text = textOf(bytes);
  if (text === undefined) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}
