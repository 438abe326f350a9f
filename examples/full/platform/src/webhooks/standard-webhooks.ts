import type { KeyObject } from 'node:crypto';
import {
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import type { Scheme, WebhookKey } from './scheme.ts';
import { decoded, drawSecret, hmac, isMac, only, unixSeconds } from './scheme.ts';

const KEY = /^(whsec_|whpk_|whsk_)(.+)$/s;

// Bytes, at least and at most. A secret key of 64 ends with its public key.
const LENGTHS: Readonly<Record<string, readonly [number, number]>> = {
  whsec_: [24, 64],
  whpk_: [32, 32],
  whsk_: [32, 64],
};

// What stands before the seed of an Ed25519 key in PKCS#8. (RFC 8410, section 7)
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED_BYTES = 32;

/** Tells of one signature whether this key made it over that content. */
export function proofOf(key: WebhookKey, content: Buffer): (signature: string) => boolean {
  const { kind, bytes } = requireVerifying(key);
  if (kind === 'whpk_') return (signature) => isSigned(signature, content, publicKeyOf(key, bytes));
  const mac = hmac('sha256', bytes, content);
  return (signature) => signature.startsWith('v1,') && isMac(signature.slice(3), mac, 'base64');
}

export function requireVerifying(key: WebhookKey) {
  const read = keyBytes(key);
  if (read.kind === 'whsk_') throw unusable(key);
  return read;
}

function isSigned(signature: string, content: Buffer, key: KeyObject): boolean {
  const proof = signature.startsWith('v1a,') ? decoded(signature.slice(4), 'base64') : undefined;
  return proof !== undefined && verifyBytes(null, content, key, proof);
}

// Reading a public key costs about as much as using it once.
const known = new WeakMap<WebhookKey['secret'], KeyObject>();

function publicKeyOf({ secret }: WebhookKey, bytes: Buffer): KeyObject {
  const x = bytes.toString('base64url');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x };
  const key = known.get(secret) ?? createPublicKey({ key: jwk, format: 'jwk' });
  known.set(secret, key);
  return key;
}

export function signatureOf(key: WebhookKey, content: Buffer): string {
  const { kind, bytes } = keyBytes(key);
  if (kind === 'whpk_') throw unusable(key);
  if (kind === 'whsec_') return `v1,${hmac('sha256', bytes, content).toString('base64')}`;
  const der = Buffer.concat([PKCS8, bytes.subarray(0, SEED_BYTES)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return `v1a,${signBytes(null, content, privateKey).toString('base64')}`;
}

function keyBytes(key: WebhookKey): { readonly kind: string; readonly bytes: Buffer } {
  const [, kind = '', text = ''] = KEY.exec(key.secret.reveal()) ?? [];
  const bytes = decoded(text, 'base64');
  const [shortest, longest] = LENGTHS[kind] ?? [0, 0];
  if (!bytes || bytes.length < shortest || bytes.length > longest) throw unusable(key);
  return { kind, bytes };
}

function unusable({ id }: WebhookKey): TypeError {
  return new TypeError(`The key "${id}" is none that Standard Webhooks could use here.`);
}

// No full stop: it ends the id in what is signed, and one inside could be taken for that end, with
// the first digits of the body for the time.
const ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

const SIGNATURE = /^v[0-9]+[a-z]*,[A-Za-z0-9+/]+={0,2}$/;

// A sender in the middle of a rotation sends two or three. Each may cost a calculation of ours, before
// anything is proven.
const MOST_SIGNATURES = 16;

/**
 * Signed: id, time and body, as `id.time.body`. A key says itself how it signs, whsec_ with
 * HMAC-SHA256 (v1) and whpk_ with Ed25519 (v1a), so that no delivery chooses. (HOOK-1)
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooks({ prefix }: { prefix: 'webhook' | 'svix' }): Scheme {
  const idHeader = `${prefix}-id`;
  const timeHeader = `${prefix}-timestamp`;
  const signatureHeader = `${prefix}-signature`;
  return {
    name: 'standard-webhooks',
    headers: [idHeader, timeHeader, signatureHeader, 'content-type'],
    checkKey: requireVerifying,
    newSecret: () => drawSecret('base64', 'whsec_'),
    verify({ headers, body }, keys) {
      const id = only(headers, idHeader);
      const time = only(headers, timeHeader);
      const at = unixSeconds(time);
      const given = signaturesOf(only(headers, signatureHeader));
      if (id === undefined || !ID.test(id) || !at || !given) return undefined;
      const content = contentOf(id, `${time}`, body);
      const accepting = keys.find((key) => given.some(proofOf(key, content)));
      return accepting && { keyId: accepting.id, id, at, body };
    },
  };
}

// All of them in form or none: a list that we read in part, somebody else may read in another part.
function signaturesOf(header: string | undefined): readonly string[] | undefined {
  const given = header?.split(' ') ?? [];
  const sound = given.length <= MOST_SIGNATURES && given.every((one) => SIGNATURE.test(one));
  return sound ? given : undefined;
}

export interface Message {
  readonly id: string;
  readonly at: Date;
  readonly body: Uint8Array;
}

/** The headers of a message that we send, signed with each of the keys: whsec_ or whsk_. */
export function sign(
  { id, at, body }: Message,
  keys: readonly WebhookKey[],
): Record<string, string> {
  if (!ID.test(id)) throw new TypeError('No receiver takes this id of a message.');
  const time = `${Math.floor(at.getTime() / 1000)}`;
  const content = contentOf(id, time, body);
  return {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': keys.map((key) => signatureOf(key, content)).join(' '),
  };
}

function contentOf(id: string, time: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
}
