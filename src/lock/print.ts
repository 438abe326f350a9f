import { compareByAlphabet } from './alphabet.ts';
import type { Lockfile } from './types.ts';

/** npm writes these first, in this order, in every object of the lock; the rest by the alphabet. */
const RANKS: ReadonlyMap<string, number> = new Map(
  [
    'name',
    'version',
    'lockfileVersion',
    'resolved',
    'integrity',
    'requires',
    'packages',
    'dependencies',
  ].map((key, index) => [key, index]),
);

/** The bytes npm would write: two spaces, plain values before objects, a final newline. */
export function printLock(lock: Lockfile): string {
  return `${JSON.stringify(inNpmOrder({ ...lock }), null, 2)}\n`;
}

/** Most objects come from a lock that npm wrote and are in its order already; those are not made anew. */
function inNpmOrder(object: Record<string, unknown>): Record<string, unknown> {
  let changed = false;
  let previous: [string, unknown] | undefined;
  const entries: [string, unknown][] = [];
  for (const key in object) {
    const value = object[key];
    const ordered = isObject(value) ? inNpmOrder(value) : value;
    const entry: [string, unknown] = [key, ordered];
    changed ||= ordered !== value || (previous !== undefined && byNpmOrder(previous, entry) > 0);
    entries.push(entry);
    previous = entry;
  }
  return changed ? Object.fromEntries(entries.sort(byNpmOrder)) : object;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byNpmOrder([a, left]: [string, unknown], [b, right]: [string, unknown]): number {
  if (isObject(left) !== isObject(right)) return isObject(left) ? 1 : -1;
  return rank(a) - rank(b) || compareByAlphabet(a, b);
}

function rank(key: string): number {
  return RANKS.get(key) ?? RANKS.size;
}
