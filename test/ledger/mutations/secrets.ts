import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const keysAndSecretsTest = 'platform/test/keys-and-secrets.test.ts';

export const secretsMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/secrets/secret.ts', [
    [
      'HOOK-6',
      /(toJSON\(\): string \{\n\s+return) MASK/,
      '$1 this.#value',
      keysAndSecretsTest,
      'a secret does not leave through JSON.stringify (HOOK-6)',
    ],
    [
      'HOOK-6',
      /(\[Symbol\.toPrimitive\].*\{\n\s+if \(hint === 'string'\) return) MASK/,
      '$1 this.#value',
      keysAndSecretsTest,
      'a secret does not leave through a template literal (HOOK-6)',
    ],
    [
      'HOOK-6',
      /(\[inspect\.custom\]\(\): string \{\n\s+return) MASK/,
      '$1 this.#value',
      keysAndSecretsTest,
      'a secret does not leave through util.inspect (HOOK-6)',
    ],
    [
      'HOOK-6',
      "if (hint === 'string') return MASK;",
      'if (hint) return MASK;',
      keysAndSecretsTest,
      'no operator compares a secret: it would compare the mask (HOOK-6)',
    ],
    [
      'HOOK-6',
      "readonly [itself] = Symbol('secret');",
      "readonly [itself] = 'secret';",
      'proofs/secrets/secret.test.ts',
      'a deep comparison finds no two secrets equal, whatever they hold (HOOK-6)',
    ],
    [
      'HOOK-6',
      "if (!NAME.test(name)) throw new TypeError('A secret is named like payments/stripe-key.');",
      '',
      'proofs/local/secret-store.test.ts',
      'local: a reference is a plain name, never a path',
    ],
  ]),
];
