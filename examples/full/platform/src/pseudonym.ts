import { createHmac, randomBytes } from 'node:crypto';

declare const pseudonymous: unique symbol;

/** Stands for somebody, and does not tell who: only `pseudonym` makes one. */
export type Pseudonym = string & { readonly [pseudonymous]: true };

// Keyed: without the key, whoever holds a list of users could hash it and look each of them up. The
// key dies with the process; the audit trail, joined by request id, says who it was. (HOOK-6)
const key = randomBytes(32);

const LENGTH = 16;

/** Enough to follow one caller through the lines of one process. */
export function pseudonym(subject: string): Pseudonym {
  const digest = createHmac('sha256', key).update(subject, 'utf8').digest('base64url');
  return digest.slice(0, LENGTH) as Pseudonym;
}

export function isPseudonym(value: unknown): value is Pseudonym {
  return typeof value === 'string' && value.length === LENGTH && /^[\w-]+$/.test(value);
}
