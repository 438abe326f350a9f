import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const commandsTest = 'platform/test/commands.test.ts';
const developmentTest = 'proofs/development/development.test.ts';

export const developmentMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/development/development.ts', [
    [
      'AUTHZ-4',
      'process.umask(OWNER_ONLY)',
      'process.umask()',
      commandsTest,
      'a role is granted through the socket, under a ticket, and shows at once (AUTHZ-4)',
    ],
  ]),
  ...mutationsOf('platform/src/development/sign-in.ts', [
    [
      'AUTHZ-4',
      "if (profile !== 'local') throw",
      'if (!profile) throw',
      commandsTest,
      'outside a local run the sign-in cannot even be constructed (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      '        secret = undefined;\n',
      '',
      developmentTest,
      'the link works once, also for two who click at the same time',
    ],
    [
      'AUTHZ-4',
      ' && now() < expiresAt',
      '',
      developmentTest,
      'the link is worthless after ten minutes',
    ],
    [
      'AUTHZ-4',
      'secret.equals(candidate)',
      'candidate.length > 0',
      developmentTest,
      'another token opens nothing',
    ],
  ]),
];
