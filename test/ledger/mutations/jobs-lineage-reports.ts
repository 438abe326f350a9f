import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const lineageReportsTest = 'proofs/jobs/lineage-reports.test.ts';
const jobsTest = 'platform/test/jobs.test.ts';

export const jobsLineageReportsMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/jobs/lineage-reports.ts', [
    [
      'HOOK-7',
      'had ? sumOf(had, more) : more',
      'more',
      lineageReportsTest,
      'a minute of a kind is one run: a START and one end, with figures and no payload (HOOK-7)',
    ],
    [
      'HOOK-7',
      '[figure]: 1',
      'done: 1',
      lineageReportsTest,
      'a minute of a kind is one run: a START and one end, with figures and no payload (HOOK-7)',
    ],
    [
      'HOOK-7',
      'if (status !== undefined) return status;',
      'if (status === 418) return status;',
      lineageReportsTest,
      'a receiver that is down is told later, in order and the same, and nothing waits for it (HOOK-7)',
    ],
    [
      'HOOK-7',
      '    lane: () => KIND,\n',
      '',
      lineageReportsTest,
      'a receiver that is down is told later, in order and the same, and nothing waits for it (HOOK-7)',
    ],
    [
      'HOOK-7',
      'runs.length > MOST_WAITING',
      'runs.length > 10_000',
      jobsTest,
      'a receiver that stays down costs so many rows and no more, and nothing is left out (HOOK-7)',
    ],
    [
      'HOOK-7',
      '    for (const [kind, tally] of counted) add(kind, tally);\n',
      '',
      jobsTest,
      'a receiver that stays down costs so many rows and no more, and nothing is left out (HOOK-7)',
    ],
    [
      'HOOK-7',
      ' || kind === KIND',
      '',
      lineageReportsTest,
      'telling is not told of, or every minute would have something to tell (HOOK-7)',
    ],
    [
      'HOOK-7',
      '      clearInterval(timer);\n      await report();',
      '      clearInterval(timer);',
      lineageReportsTest,
      'a worker tells what it counted before it ends (HOOK-7)',
    ],
    [
      'HOOK-7',
      'if (!tables.has(table))',
      "if (table === '')",
      jobsTest,
      'jobs name tables that the registry describes (HOOK-7)',
    ],
  ]),
  ...mutationsOf('platform/src/jobs/work.ts', [
    [
      'HOOK-7',
      'lineage?.count(job, outcome);',
      '',
      lineageReportsTest,
      'a worker tells what it counted before it ends (HOOK-7)',
    ],
  ]),
];
