import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const keyStoreTest = 'proofs/local/key-store.test.ts';

export const keysMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/keys/keys.ts', [
    [
      'HOOK-6',
      'fields([...head, ...bound])',
      'fields(head)',
      keyStoreTest,
      'local: what is encrypted opens where it was bound, and nowhere else (HOOK-6)',
    ],
    [
      'HOOK-6',
      "  if (bound.every((part) => part === ''))\n",
      '  if (bound.length > 9)\n',
      keyStoreTest,
      'local: the same text twice is two ciphertexts, bound to something (HOOK-6)',
    ],
  ]),
];
