import { parse } from '@babel/parser';
import type { Result } from './run-tests.ts';

export type Verdict = 'noticed' | 'survived' | 'crashed';

// What a mutant throws that is broken, and not merely without its guard.
const BROKEN: ReadonlySet<string | undefined> = new Set([
  'ReferenceError',
  'SyntaxError',
  'hookFailed',
]);

/**
 * Whether the named test noticed. A mutant that takes the whole file down with it proves nothing: another test of the file
 * has to stand. Where the file has one test, an assertion of it has to fail.
 */
export function verdictOf(results: readonly Result[], test: string): Verdict {
  const named = results.find(({ name }) => name === test);
  const asserted = results.length === 1 && named?.error === 'AssertionError';
  const standing = asserted || results.some(({ passed }) => passed);
  if (named === undefined || !standing) return 'crashed';
  if (named.passed) return 'survived';
  return BROKEN.has(named.error) ? 'crashed' : 'noticed';
}

/** Whether the tests that have not ended yet could still change the verdict. */
export function isDecided(results: readonly Result[], test: string): boolean {
  return results.some(({ name }) => name === test) && results.some(({ passed }) => passed);
}

/** Throws unless the mutant is still what its file's name says. */
export function requireReadable(file: string, text: string): void {
  if (file.endsWith('.json')) JSON.parse(text);
  if (file.endsWith('.ts')) parse(text, { sourceType: 'module', plugins: ['typescript'] });
}
