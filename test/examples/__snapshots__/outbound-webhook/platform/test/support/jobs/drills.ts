import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Drills, Incident } from '../../../../test/support/installed.ts';

// Far above the numbers that the database has drawn.
const [RETRIED, DROPPED] = ['900001', '900002'] as const;

const KIND = `import { defineJob } from '@app/platform/jobs/jobs';
export const jobs = [
  defineJob({ kind: 'drill', maxAttempts: 3, timeoutMs: 1_000, handler: async () => {} }),
];
`;

export const drills: Drills = {
  'playbooks/dead-jobs.md': {
    values: { job: RETRIED, 'other-job': DROPPED },
    data: async (database, folder) => {
      await writeFile(join(folder, 'services/api/jobs.ts'), KIND);
      await database.ownerTransaction('two jobs that came to nothing', (tx) =>
        sql`
          insert into job (id, kind, payload, state, attempts, max_attempts, last_error, finished_at)
          overriding system value
          select id, 'drill', '{}', 'dead', 3, 3, 'Error', now()
          from unnest(${[RETRIED, DROPPED]}::bigint[]) as id
        `.execute(tx.sql),
      );
    },
    before: ({ run }) => assert.match(run('npm run jobs -- dead').stdout, /^900001, drill, /m),
    after: async (incident) => {
      assert.doesNotMatch(incident.run('npm run jobs -- dead').stdout, /^90000/m);
      assert.match(incident.run('npm run jobs -- list').stdout, /^drill, dropped: 1, /m);
      await untilDone(incident);
    },
  },
};

// The service runs the job shortly after the command.
async function untilDone({ run }: Incident): Promise<void> {
  for (let look = 0; look < 20; look += 1) {
    if (/^drill, done: 1, /m.test(run('npm run jobs -- list').stdout)) return;
    await sleep(200);
  }
  assert.fail('What was tried again is not done.');
}
