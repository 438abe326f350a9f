import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const evaluatorTest = 'proofs/infra/evaluator.test.ts';
const callsTest = 'proofs/infra/calls.test.ts';
const lazyTablesTest = 'proofs/infra/lazy-tables.test.ts';

export const infraTestMutations: readonly Mutation[] = [
  ...mutationsOf('infra/test/iam/evaluator.ts', [
    [
      'SUPPLY-5',
      "if (all.some((document) => says('Deny', document, request))) return 'ExplicitlyDenied';",
      '',
      evaluatorTest,
      'a refusal of the role’s own wins',
    ],
    [
      'SUPPLY-5',
      "if (boundary && !says('Allow', boundary, request)) return 'ImplicitlyDenied';",
      '',
      evaluatorTest,
      'what the boundary does not have is not had',
    ],
    [
      'SUPPLY-5',
      'if (actual === undefined) return isOptional || isNegated;',
      'if (actual === undefined) return true;',
      evaluatorTest,
      'a condition on what the request does not say: equal is false, unequal is true, optional is true',
    ],
    [
      'SUPPLY-5',
      'if (test === undefined) throw new Error(`The evaluator does not know the operator ${operator}.`);',
      'if (test === undefined) return true;',
      evaluatorTest,
      'what the evaluator does not know it refuses to judge',
    ],
  ]),
  ...mutationsOf('infra/test/iam/calls.ts', [
    [
      'SUPPLY-5',
      'if (names === undefined)',
      'if (false)',
      callsTest,
      'what cannot be told is refused: a namespace (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'if (listed === undefined)',
      'if (false)',
      callsTest,
      'what cannot be told is refused: a computed specifier (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'if (service === undefined) throw',
      'if (false) throw',
      callsTest,
      'what cannot be told is refused: a client nobody has mapped (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'if (command === undefined)',
      'if (false)',
      callsTest,
      'what cannot be told is refused: an aggregated client (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '!isDynamic || (selects ?? isNamed)(String(member))',
      'true',
      lazyTablesTest,
      'a program reaches the parts of a cloud that its code names, and no others (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'if (isDynamic && member === undefined)',
      'if (false)',
      lazyTablesTest,
      'a table that loads a file outside of its members is refused (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '!granted.has(action) &&',
      'false &&',
      callsTest,
      'a call too many, a grant too many and a grant for another file are told apart (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '(action) => !called.has(action)',
      '() => false',
      callsTest,
      'a call too many, a grant too many and a grant for another file are told apart (SUPPLY-5)',
    ],
  ]),
];
