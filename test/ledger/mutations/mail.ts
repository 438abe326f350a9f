import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const mailerTest = 'proofs/mail/mailer.test.ts';

export const mailMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/mail/mail.ts', [
    [
      'HOOK-6',
      ' || /\\p{Cc}/u.test(subject)',
      '',
      mailerTest,
      'local: no mail adds a header, a recipient or nothing at all (HOOK-6)',
    ],
    [
      'HOOK-6',
      '  if (mailAddress(to) === undefined)',
      '  if (to.length === 0)',
      mailerTest,
      'local: no mail adds a header, a recipient or nothing at all (HOOK-6)',
    ],
  ]),
];
