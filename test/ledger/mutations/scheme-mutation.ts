import type { Mutation } from './mutation.ts';
import { mutationOf } from './mutation.ts';

export const endpoint = 'services/api/modules/webhook-disk';

export const tampered = (name: string) => `${name}: what was tampered with is not proven (HOOK-1)`;
export const otherKey = (name: string) => `${name}: no other key is, nor one that is gone (HOOK-1)`;

/** A row about a scheme; the named test says which control it is of. */
export function schemeMutation(
  file: string,
  find: string,
  replace: string,
  testFile: string,
  test: string,
): Mutation {
  const control = test.includes('HOOK-2') ? 'HOOK-2' : 'HOOK-1';
  return mutationOf(control, [file, find, replace, testFile, test]);
}
