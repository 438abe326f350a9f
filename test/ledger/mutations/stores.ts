import { type Mutation, type Row, mutationOf } from './mutation.ts';

const keysTest = 'proofs/local/key-store.test.ts';
const secretsTest = 'proofs/local/secret-store.test.ts';
const secretTest = 'proofs/secrets/secret.test.ts';
const privateFile = 'platform/src/local/private-file.ts';
const keyStore = 'platform/src/local/key-store.ts';

const kept: readonly Row[] = [
  [
    privateFile,
    '(mode & READ_BY_OTHERS) === 0',
    'mode > 0',
    keysTest,
    'a key that others could read is not used (HOOK-6)',
  ],
  [
    privateFile,
    '(found.mode & CHANGED_BY_OTHERS) !== 0 || ',
    '',
    keysTest,
    'a folder that others could write to is not used (HOOK-6)',
  ],
  [
    privateFile,
    ' | constants.O_NOFOLLOW',
    '',
    keysTest,
    'a link in the place of a key is not followed (HOOK-6)',
  ],
  [
    privateFile,
    "await open(partial, 'wx', 0o600)",
    "await open(partial, 'wx', 0o644)",
    secretsTest,
    'secrets are in files that only their owner reads (HOOK-6)',
  ],
  [
    keyStore,
    "if (latest.use === 'sign') await replacePrivate(path(name, files.length), text(publicHalf));",
    'void [replacePrivate, publicHalf];',
    keysTest,
    'a rotation destroys the private half of the old key (HOOK-6)',
  ],
  [
    keyStore,
    'if (key?.publicKey === undefined || !isGoodAt(key, at)) return false;',
    'if (key?.publicKey === undefined) return false;',
    keysTest,
    'local: a rotated key verifies for the overlap, and what it proved then',
  ],
  [
    keyStore,
    "if (key === undefined) return err('undecipherable');",
    "if (key === undefined || !isGoodAt(key, new Date(now()))) return err('undecipherable');",
    keysTest,
    'local: what a key has encrypted opens however often it is rotated after that (HOOK-6)',
  ],
  [
    'platform/src/keys/bound.ts',
    'fields([...head, ...bound])',
    'fields(head)',
    keysTest,
    'local: what is encrypted opens where it was bound, and nowhere else (HOOK-6)',
  ],
  [
    'platform/src/keys/bound.ts',
    "  if (bound.every((part) => part === ''))\n",
    '  if (bound.length > 9)\n',
    keysTest,
    'local: the same text twice is two ciphertexts, bound to something (HOOK-6)',
  ],
  [
    'platform/src/local/stores.ts',
    "      if (value.equals('')) throw new TypeError('An empty secret is no secret.');\n",
    '',
    secretsTest,
    'local: an empty secret is none (HOOK-6)',
  ],
  [
    'platform/src/secrets/secret.ts',
    "if (hint === 'string') return MASK;",
    'if (hint) return MASK;',
    secretTest,
    'no operator compares a secret: it would compare the mask (HOOK-6)',
  ],
  [
    'platform/src/secrets/secret.ts',
    "readonly [itself] = Symbol('secret');",
    "readonly [itself] = 'secret';",
    secretTest,
    'a deep comparison finds no two secrets equal, whatever they hold (HOOK-6)',
  ],
  [
    'platform/src/secrets/secret.ts',
    "if (!NAME.test(name)) throw new TypeError('A secret is named like payments/stripe-key.');",
    '',
    secretsTest,
    'local: a reference is a plain name, never a path',
  ],
];

/** What keeps keys and secrets where they are. */
export const storeMutations: readonly Mutation[] = kept.map((row) => mutationOf('HOOK-6', row));
