import { createHash } from 'node:crypto';

export const KEY_ID_BYTES = 8;

/** What a key is called where it was used: follows from the key alone, wherever that is kept. */
export function keyIdOf(key: Uint8Array | string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  return digest.slice(0, 2 * KEY_ID_BYTES);
}
