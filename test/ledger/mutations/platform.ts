import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const secretShapesTest = 'platform/test/secret-shapes.test.ts';
const secretShapesSecretShapesTest = 'proofs/secret-shapes/secret-shapes.test.ts';

export const platformMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/secret-shapes.ts', [
    [
      'SUPPLY-6',
      '...findWrittenOut(text, kind),',
      '',
      secretShapesTest,
      'what looks like DB_PAS... in .env is found (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      '...findRandomValues(text, kind),',
      '',
      secretShapesSecretShapesTest,
      'what looks like {"valu... in c.json is found (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      '...findPrivateKeys(text),',
      '',
      secretShapesSecretShapesTest,
      'what looks like {"kty"... in key.json is found (SUPPLY-6)',
    ],
  ]),
];
