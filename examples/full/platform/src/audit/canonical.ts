import { createHash } from 'node:crypto';

/**
 * Fields as text that means one thing only: each has its length in bytes before it, and an absent
 * one is a dash. The database computes the digest of an event from the same text.
 */
export function fields(values: readonly (string | null)[]): string {
  return values
    .map((value) => (value === null ? '-' : `${Buffer.byteLength(value)}:${value}`))
    .join(',');
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
