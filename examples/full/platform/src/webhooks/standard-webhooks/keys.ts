import { createPrivateKey, createPublicKey } from 'node:crypto';
import { sign as signBytes, verify as verifyBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { WebhookKey } from '../scheme.ts';
import { decoded, hmac, isMac } from '../scheme.ts';

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
