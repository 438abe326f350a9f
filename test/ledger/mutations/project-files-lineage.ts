import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const lineageProblemsTest = 'proofs/database/lineage-problems.test.ts';

export const projectFilesLineageMutations: readonly Mutation[] = [
  ...mutationsOf('test/support/lineage.ts', [
    [
      'HOOK-7',
      '    ...undescribed(entries, project),\n',
      '',
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      'if (file !== own) return',
      "if (file === '') return",
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      'other.table === table',
      "other.table === ''",
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      '  if (held === undefined)\n',
      '  if (held === 0)\n',
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      '...missing.map(',
      '...[].map(',
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      '...gone.map(',
      '...[].map(',
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      "kind === 'personal' &&",
      "kind === 'payment' &&",
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      "kind === 'secret' &&",
      "kind === 'payment' &&",
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      '!known.has(place)',
      'known.size === 0',
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      'return said === held',
      'return said !== undefined',
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
    [
      'HOOK-7',
      '.filter((constant) => !named.has(constant))',
      '.filter(() => false)',
      lineageProblemsTest,
      'what the registry leaves out or gets wrong is told with the way out (HOOK-7)',
    ],
  ]),
  ...mutationsOf('security/egress/infra.json', [
    [
      'HOOK-4',
      '"host": "169.254.170.2"',
      '"host": "169.254.169.254"',
      'proofs/aws/endpoints.test.ts',
      'the credentials of the task are let out for, and those of the machine are not (HOOK-4)',
    ],
  ]),
];
