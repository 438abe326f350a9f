import type { KeyObject } from 'node:crypto';
import { createHash, verify } from 'node:crypto';
import type { Result } from '../result.ts';

export const KEY_ID_BYTES = 8;

/** The id of a key: a digest of the key itself, so that every store computes the same. */
export function keyIdOf(key: Uint8Array | string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  return digest.slice(0, 2 * KEY_ID_BYTES);
}

interface KeyWindow {
  readonly notBefore: Date;
  readonly notAfter?: Date;
}

// The signer and the creator of the key may have different clocks.
const CLOCK_SKEW_MS = 60_000;

export function isGoodAt({ notBefore, notAfter }: KeyWindow, at: Date): boolean {
  const isBegun = notBefore.getTime() <= at.getTime() + CLOCK_SKEW_MS;
  return isBegun && (notAfter === undefined || at < notAfter);
}

/** One algorithm per kind of key. The signature cannot choose another one. */
const DIGESTS: Readonly<Record<string, string | null>> = { ed25519: null, ec: 'sha256' };

export function verifies(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  const digest = DIGESTS[String(key.asymmetricKeyType)];
  return digest !== undefined && verify(digest, bytes, key, signature);
}

declare const signs: unique symbol;
declare const encrypts: unique symbol;

/** The purpose of a key. Each purpose has its own keys, so that none of them verifies or opens anything else. */
export type SigningKey = string & { readonly [signs]: true };
export type EncryptionKey = string & { readonly [encrypts]: true };

const PURPOSE = /^[a-z][a-z0-9-]{0,39}$/;

export function signingKey(purpose: string): SigningKey {
  return named(purpose) as SigningKey;
}

export function encryptionKey(purpose: string): EncryptionKey {
  return named(purpose) as EncryptionKey;
}

export interface Signature {
  readonly keyId: string;
  readonly signature: Uint8Array;
}

interface PublicKey {
  readonly keyId: string;
  readonly key: KeyObject;
  readonly notBefore: Date;
  /** When the key stops to verify; absent for the key in use. */
  readonly notAfter?: Date;
}

/** What a ciphertext is bound to, such as a tenant and a row. Never empty. */
export type Bound = readonly [string, ...string[]];

/**
 * Keys that never leave their store. Ed25519 signs, or ECDSA with P-256 and SHA-256; AES-256-GCM encrypts. Implemented
 * by a folder of files and by the key services of clouds.
 */
export interface KeyStore {
  sign(key: SigningKey, bytes: Uint8Array): Promise<Signature>;
  /** Whether a key that was valid at that time signed these bytes. */
  verify(key: SigningKey, bytes: Uint8Array, signed: Signature, at?: Date): Promise<boolean>;
  publicKeys(key: SigningKey): Promise<readonly PublicKey[]>;
  encrypt(key: EncryptionKey, plaintext: Uint8Array, bound: Bound): Promise<Uint8Array>;
  decrypt(
    key: EncryptionKey,
    ciphertext: Uint8Array,
    bound: Bound,
  ): Promise<Result<Buffer, 'undecipherable'>>;
}

/** A key store whose keys an operator rotates. In a cloud a deploy does that, and no running program may. */
export interface RotatingKeyStore extends KeyStore {
  /**
   * Uses a new key from now on. An old signing key still verifies for the overlap. An old encryption key encrypts no
   * more, and still opens its ciphertexts.
   */
  rotate(key: SigningKey | EncryptionKey, overlapMs: number): Promise<void>;
}

function named(purpose: string): string {
  if (!PURPOSE.test(purpose)) throw new TypeError('A key is named by its purpose, in lower case.');
  return purpose;
}

/**
 * Encodes fields as unambiguous text: the length in bytes precedes each field, and a dash stands for an absent one. The
 * database computes the digest of an audit event from the same text. (OBS-1)
 */
export function fields(values: readonly (string | null)[]): string {
  return values
    .map((value) => (value === null ? '-' : `${Buffer.byteLength(value)}:${value}`))
    .join(',');
}

/** Encodes what a ciphertext is and where it belongs, without ambiguity. */
export function boundFields(head: readonly string[], bound: Bound): string {
  if (bound.every((part) => part === ''))
    throw new TypeError('A ciphertext is bound to something: name where it belongs.');
  return fields([...head, ...bound]);
}
