import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const keysAndSecretsTest = 'platform/test/keys-and-secrets.test.ts';
const keyStoreTest = 'proofs/local/key-store.test.ts';

export const localMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/local/stores.ts', [
    [
      'OBS-1',
      '        await dropHalfLine(file);\n',
      '',
      'proofs/local/anchor-log.test.ts',
      'a line that a crash cut in half was never there (OBS-1)',
    ],
    [
      'HOOK-6',
      "      if (value.equals('')) throw new TypeError('An empty secret is no secret.');\n",
      '',
      'proofs/local/secret-store.test.ts',
      'local: an empty secret is none (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/local/private-file.ts', [
    [
      'HOOK-6',
      '(mode & READ_BY_OTHERS) === 0',
      'mode > 0',
      keysAndSecretsTest,
      'a key that others could read is not used (HOOK-6)',
    ],
    [
      'HOOK-6',
      '(found.mode & CHANGED_BY_OTHERS) !== 0 || ',
      '',
      keyStoreTest,
      'a folder that others could write to is not used (HOOK-6)',
    ],
    [
      'HOOK-6',
      ' | constants.O_NOFOLLOW',
      '',
      keyStoreTest,
      'a link in the place of a key is not followed (HOOK-6)',
    ],
    [
      'HOOK-6',
      "await open(partial, 'wx', 0o600)",
      "await open(partial, 'wx', 0o644)",
      keysAndSecretsTest,
      'secrets are in files that only their owner reads (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/local/key-store.ts', [
    [
      'HOOK-6',
      "if (latest.use === 'sign') await replacePrivate(path(name, files.length), text(publicHalf));",
      'void [replacePrivate, publicHalf];',
      keyStoreTest,
      'a rotation destroys the private half of the old key (HOOK-6)',
    ],
    [
      'HOOK-6',
      'if (key?.publicKey === undefined || !isGoodAt(key, at)) return false;',
      'if (key?.publicKey === undefined) return false;',
      keyStoreTest,
      'local: a rotated key verifies for the overlap, and what it proved then',
    ],
    [
      'HOOK-6',
      "if (key === undefined) return err('undecipherable');",
      "if (key === undefined || !isGoodAt(key, new Date(now()))) return err('undecipherable');",
      keyStoreTest,
      'local: what a key has encrypted opens however often it is rotated after that (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/local/mailer.ts', [
    [
      'HOOK-6',
      '      requireSendable(mail);\n',
      '',
      'proofs/mail/mailer.test.ts',
      'local: no mail adds a header, a recipient or nothing at all (HOOK-6)',
    ],
  ]),
];
