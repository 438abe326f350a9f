import { compareByAlphabet } from './alphabet.ts';
import type { Lockfile } from './types.ts';

/** npm writes these first, in this order, in every object of the lock; the rest by the alphabet. */
const FIRST_KEYS = [
  'name',
  'version',
  'lockfileVersion',
  'resolved',
  'integrity',
  'requires',
  'packages',
  'dependencies',
];

/** The bytes npm would write: two spaces, plain values before objects, a final newline. */
export function printLock(lock: Lockfile): string {
  return `${JSON.stringify(lock, (_key, value: unknown) => (isObject(value) ? sorted(value) : value), 2)}\n`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).sort(byNpmOrder));
}

function byNpmOrder([a, left]: [string, unknown], [b, right]: [string, unknown]): number {
  if (isObject(left) !== isObject(right)) return isObject(left) ? 1 : -1;
  return rank(a) - rank(b) || compareByAlphabet(a, b);
}

function rank(key: string): number {
  const index = FIRST_KEYS.indexOf(key);
  return index === -1 ? FIRST_KEYS.length : index;
}
