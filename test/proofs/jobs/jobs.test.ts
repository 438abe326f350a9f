import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { announceJobs, defineJob, insertJobs } from '@app/platform/jobs/jobs';
import {
  asOwner,
  enqueueOne,
  forgetEverything,
  jobRow,
  openJobsDatabase,
  specimenJob,
} from '../../platform/test/support/jobs.ts';

const database = await openJobsDatabase();
after(() => database.close());
beforeEach(() => forgetEverything(database));

const job = specimenJob();

async function payloads(): Promise<readonly unknown[]> {
  const { rows } = await asOwner(
    database,
    sql<{ payload: unknown }>`select payload from job order by id`,
  );
  return rows.map(({ payload }) => payload);
}

test('what a job is about and the job itself are written by one statement', async () => {
  const ids = await database.systemTransaction('test', async (tx) => {
    const statement = insertJobs(sql`
      select 'specimen', jsonb_build_object('effect', job::text), 'lane', null, 3, now() from written
    `);
    const { rows } = await sql<{ id: bigint }>`
      with written as (insert into effect (job) select * from unnest(${[7, 8]}::bigint[]) returning job)
      ${statement}
    `.execute(tx.sql);
    announceJobs(tx);
    return rows.map(({ id }) => id);
  });
  assert.equal(new Set(ids).size, 2);
  assert.deepEqual(await payloads(), [{ effect: '7' }, { effect: '8' }]);
});

test('a job may wait for its time', async () => {
  const id = await enqueueOne(database, job, {}, { runAt: new Date(Date.now() + 3_600_000) });
  assert.equal((await jobRow(database, id))?.later, true);
});

test('what cannot be the definition of a job is refused', () => {
  const definition = { kind: 'fine', maxAttempts: 1, timeoutMs: 1, handler: async () => {} };
  defineJob(definition);
  for (const wrong of [
    { kind: 'Not Fine' },
    { kind: '' },
    { maxAttempts: 0 },
    { maxAttempts: 101 },
    { maxAttempts: 1.5 },
    { timeoutMs: 0 },
    { timeoutMs: 60_001 },
    { timeoutMs: Number.NaN },
  ])
    assert.throws(() => defineJob({ ...definition, ...wrong }), JSON.stringify(wrong));
});
