import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const developmentTest = 'proofs/development/development.test.ts';
const commandsTest = 'platform/test/commands.test.ts';
const secretCommandProcessTest = 'proofs/commands/secret-command.process.test.ts';

export const commandsMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/commands/roles.ts', [
    [
      'AUTHZ-4',
      'ticket: Name,',
      'ticket: Type.Optional(Name),',
      developmentTest,
      'an incomplete role command is refused (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'rest.length === 0 && ',
      '',
      developmentTest,
      'an incomplete role command is refused (AUTHZ-4)',
    ],
  ]),
  ...mutationsOf('platform/src/commands/audit.ts', [
    [
      'OBS-1',
      ', ...accepted.flatMap(linesOf)]',
      ']',
      'proofs/commands/accept-command.test.ts',
      'a loss is accepted by name, and verify names it from then on (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/commands/secrets.ts', [
    [
      'OBS-1',
      'if (!noted.ok) return noted;',
      '',
      commandsTest,
      'what cannot be put on record does not happen (OBS-1)',
    ],
    [
      'OBS-1',
      "const noted = await changing.note({ action, outcome: 'success', subject });",
      "await change.apply();\n  const noted = await changing.note({ action, outcome: 'success', subject });",
      commandsTest,
      'what cannot be put on record does not happen (OBS-1)',
    ],
    [
      'OBS-1',
      "await changing.note({ action, outcome: 'failure', subject });",
      '',
      secretCommandProcessTest,
      'it is on record before it happens, and its failure after (OBS-1)',
    ],
    [
      'HOOK-6',
      'if (input.isTTY)',
      'if (input.closed)',
      commandsTest,
      'a secret is not typed at a terminal, which would show it (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/commands/operator-command.ts', [
    [
      'OBS-1',
      'recordAudit(tx, { action, outcome',
      'Promise.resolve({ action, outcome',
      secretCommandProcessTest,
      'who set a secret or rotated a key is on record (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/commands/sessions.ts', [
    [
      'AUTHZ-4',
      "positionals.join(' ') === 'end' && ",
      '',
      developmentTest,
      'a session command that names nobody, or too many, is refused (AUTHZ-4)',
    ],
  ]),
  ...mutationsOf('platform/src/commands/run.ts', [
    [
      'HOOK-4',
      'guardCommand(service); //',
      'void guardCommand; //',
      'proofs/egress/process.test.ts',
      'the command roles has the one way out before it does anything (HOOK-4)',
    ],
  ]),
];
