import type { KeyObject } from 'node:crypto';
import { verify } from 'node:crypto';

/** The one algorithm that goes with the kind of a key: what a signature says of itself decides nothing. */
const DIGESTS: Readonly<Record<string, string | null>> = { ed25519: null, ec: 'sha256' };

export function verifies(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  const digest = DIGESTS[String(key.asymmetricKeyType)];
  return digest !== undefined && verify(digest, bytes, key, signature);
}
