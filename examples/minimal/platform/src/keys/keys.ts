import type { KeyObject } from 'node:crypto';
import { createHash, verify } from 'node:crypto';
import type { Result } from '../result.ts';

export const KEY_ID_BYTES = 8;

/** What a key is called where it was used: follows from the key alone, wherever that is kept. */
export function keyIdOf(key: Uint8Array | string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  return digest.slice(0, 2 * KEY_ID_BYTES);
}

export interface KeyWindow {
  readonly notBefore: Date;
  readonly notAfter?: Date;
}

// Who says when it signed has another clock than who made the key.
const CLOCK_SKEW_MS = 60_000;

export function isGoodAt({ notBefore, notAfter }: KeyWindow, at: Date): boolean {
  const isBegun = notBefore.getTime() <= at.getTime() + CLOCK_SKEW_MS;
  return isBegun && (notAfter === undefined || at < notAfter);
}

/** The one algorithm that goes with the kind of a key: what a signature says of itself decides nothing. */
const DIGESTS: Readonly<Record<string, string | null>> = { ed25519: null, ec: 'sha256' };

export function verifies(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  const digest = DIGESTS[String(key.asymmetricKeyType)];
  return digest !== undefined && verify(digest, bytes, key, signature);
}

declare const signs: unique symbol;
declare const encrypts: unique symbol;

/** What a key is for. Each purpose has keys of its own, so that none proves or opens anything else. */
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

export interface PublicKey {
  readonly keyId: string;
  readonly key: KeyObject;
  readonly notBefore: Date;
  /** Until when it proves anything; absent for the key in use. */
  readonly notAfter?: Date;
}

/** What it was bound to when it was encrypted: a tenant and a row, say. Never empty. */
export type Bound = readonly [string, ...string[]];

/**
 * Keys that never leave: nothing here returns one. Ed25519 signs, or ECDSA with P-256 and SHA-256;
 * AES-256-GCM encrypts. The local store and those of clouds pass the same contract, `testing/key-store-contract.ts`.
 */
export interface KeyStore {
  sign(key: SigningKey, bytes: Uint8Array): Promise<Signature>;
  /** Whether a key that was good at that moment has signed these bytes. */
  verify(key: SigningKey, bytes: Uint8Array, signed: Signature, at?: Date): Promise<boolean>;
  publicKeys(key: SigningKey): Promise<readonly PublicKey[]>;
  encrypt(key: EncryptionKey, plaintext: Uint8Array, bound: Bound): Promise<Uint8Array>;
  decrypt(
    key: EncryptionKey,
    ciphertext: Uint8Array,
    bound: Bound,
  ): Promise<Result<Buffer, 'undecipherable'>>;
}

/** A key store whose keys an operator makes. Where a cloud keeps them a deploy does, and nothing that runs may. */
export interface RotatingKeyStore extends KeyStore {
  /**
   * A new key from now on. One that signed still verifies for the overlap. One that encrypted encrypts
   * nothing more, and goes on opening what it did: that is kept for as long as somebody needs it.
   */
  rotate(key: SigningKey | EncryptionKey, overlapMs: number): Promise<void>;
}

function named(purpose: string): string {
  if (!PURPOSE.test(purpose)) throw new TypeError('A key is named by its purpose, in lower case.');
  return purpose;
}
