import type { EndpointKey } from './endpoint.ts';
import { SecretReference } from '../secrets.ts';

/** The keys of an endpoint by what a rotation makes of them. */
export interface Generations {
  /** What deliveries are to be signed with: the latest that has no end. */
  readonly newest: EndpointKey | undefined;
  /** Those before it that are still accepted, for a while or without an end. */
  readonly older: readonly EndpointKey[];
}

export function generationsOf(keys: readonly EndpointKey[], at: Date): Generations {
  const newest = keys.findLast(({ notAfter }) => notAfter === undefined);
  const older = keys.filter((key) => key !== newest && !(key.notAfter && key.notAfter <= at));
  return { newest, older };
}

/** Numbered on from the highest that ever was: what a delivery was proven by is never another key. (CHECK-10) */
export function keyAfter(endpoint: string, keys: readonly EndpointKey[], at: Date): EndpointKey {
  const start = `${endpoint}-`;
  const numbers = keys.map(({ id }) => (id.startsWith(start) ? id.slice(start.length) : ''));
  const highest = Math.max(0, ...numbers.filter((text) => /^[1-9]\d{0,5}$/.test(text)).map(Number));
  const id = `${start}${highest + 1}`;
  return { id, secret: new SecretReference(`webhooks/${id}`), notBefore: at };
}

/** With an end for those keys, and the others as they were. */
export function withEnd(
  keys: readonly EndpointKey[],
  ending: readonly EndpointKey[],
  at: Date,
): readonly EndpointKey[] {
  return keys.map((key) => (ending.includes(key) ? { ...key, notAfter: endOf(key, at) } : key));
}

const SECOND_MS = 1_000;

// A key that ends before it began is none, and the file with it would stop the start.
function endOf({ notBefore }: EndpointKey, at: Date): Date {
  return new Date(Math.max(at.getTime(), (notBefore?.getTime() ?? 0) + SECOND_MS));
}
