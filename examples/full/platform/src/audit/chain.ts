import { createHash } from 'node:crypto';
import type { Signature } from '../keys/keys.ts';
import { signingKey } from '../keys/keys.ts';

/**
 * Encodes fields as unambiguous text: the length in bytes precedes each field, and a dash stands for an absent one. The
 * database computes the digest of an event from the same text.
 */
export function fields(values: readonly (string | null)[]): string {
  return values
    .map((value) => (value === null ? '-' : `${Buffer.byteLength(value)}:${value}`))
    .join(',');
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** The key that signs seals, purges and anchors. The first word of each statement says which it is. */
export const AUDIT_KEY = signingKey('audit');

export interface SealedEvent {
  readonly id: bigint;
  readonly digest: Buffer;
}

export interface Head {
  readonly stream: string;
  readonly number: bigint;
  readonly hash: Buffer;
}

export interface Seal extends Head, Signature {
  readonly previousHash: Buffer;
  readonly eventIds: readonly bigint[];
  readonly sealedAt: Date;
}

type Sealed = Pick<Seal, 'stream' | 'number' | 'previousHash' | 'sealedAt'>;

/** The hash that the first seal of a stream follows. With the stream's name, no chain passes for another one. */
export function genesis(stream: string): Buffer {
  return sha256(fields(['audit-stream', stream]));
}

export function sealHash(seal: Sealed, events: readonly SealedEvent[]): Buffer {
  const { stream, number, previousHash, sealedAt } = seal;
  const header = [stream, String(number), previousHash.toString('hex'), sealedAt.toISOString()];
  const content = events.flatMap(({ id, digest }) => [String(id), digest.toString('hex')]);
  return sha256(fields(['audit-seal', ...header, String(events.length), ...content]));
}

/** The text to sign. Its first word keeps a purge from passing for a seal. */
export function statement(kind: 'seal' | 'purge', { stream, number, hash }: Head): Buffer {
  return Buffer.from(fields([`audit-${kind}`, stream, String(number), hash.toString('hex')]));
}
