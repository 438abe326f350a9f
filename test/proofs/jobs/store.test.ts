import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import {
  asOwner,
  attemptAt,
  claim,
  effects,
  endLeases,
  enqueueOne,
  forgetEverything,
  hurry,
  jobRow,
  openJobsDatabase,
  specimenJob,
} from '../../platform/test/support/jobs.ts';
import { purgeJobs } from '@app/platform/jobs/store';

const database = await openJobsDatabase();
after(() => database.close());
beforeEach(() => forgetEverything(database));

const job = specimenJob({ lane: ({ lane }) => (lane === undefined ? undefined : String(lane)) });
const failing = specimenJob({ maxAttempts: 2, handler: () => Promise.reject(new Error('poison')) });

async function claimedIds(): Promise<readonly bigint[]> {
  return (await claim(database)).map(({ id }) => id).toSorted((a, b) => Number(a - b));
}

test('of a lane only the oldest unfinished job is taken, and all that are in none', async () => {
  const [a1, , b1, free1, free2] = [
    await enqueueOne(database, job, { lane: 'a' }),
    await enqueueOne(database, job, { lane: 'a' }),
    await enqueueOne(database, job, { lane: 'b' }),
    await enqueueOne(database, job),
    await enqueueOne(database, job),
  ];
  assert.deepEqual(await claimedIds(), [a1, b1, free1, free2]);
  assert.deepEqual(await claimedIds(), [], 'they are being done');
});

test('a lane waits for its head: while it is put off, and when it is dead, until that is decided', async () => {
  const head = await enqueueOne(database, job, { lane: 'a' });
  const next = await enqueueOne(database, job, { lane: 'a' });
  const other = await enqueueOne(database, job, { lane: 'b' });
  const [first, second] = await claim(database);
  for (const claimed of [first, second])
    await attemptAt(database, claimed?.id === head ? failing : job, claimed);
  assert.deepEqual(await effects(database), [other], 'no other lane waits');
  assert.deepEqual(await claimedIds(), [], 'the head is put off');
  await asOwner(database, sql`update job set max_attempts = attempts + 1 where id = ${head}`);
  await hurry(database);
  const [again] = await claim(database);
  assert.equal(again?.id, head);
  await attemptAt(database, failing, again);
  assert.equal((await jobRow(database, head))?.state, 'dead');
  assert.deepEqual(await claimedIds(), [], 'the head is dead');
  await asOwner(database, sql`update job set state = 'dropped' where id = ${head}`);
  assert.deepEqual(await claimedIds(), [next]);
});

// Numbers are drawn before they are committed: an older one may come to light when a younger one is being done.
test('an older job that comes to light waits for the one that was begun, however that ends', async () => {
  const begun = await enqueueOne(database, job, { lane: 'a' });
  assert.deepEqual(await claimedIds(), [begun]);
  const older = begun - 1_000_000n;
  await asOwner(
    database,
    sql`insert into job (id, kind, payload, lane, max_attempts) overriding system value
        values (${older}, 'specimen', '{}', 'a', 3)`,
  );
  assert.deepEqual(await claimedIds(), []);
  await assert.rejects(
    asOwner(database, sql`update job set locked_until = now() where id = ${older}`),
    { constraint: 'job_lane_runs_one' },
    'whoever takes it at the same moment is refused',
  );
  await endLeases(database);
  assert.deepEqual(await claimedIds(), [begun]);
  await endLeases(database);
  await attemptAt(database, job, (await claim(database))[0]);
  assert.deepEqual(await claimedIds(), [older]);
});

test('what is not due, not known here or held by somebody is left alone', async () => {
  await enqueueOne(database, job, {}, { runAt: new Date(Date.now() + 3_600_000) });
  await enqueueOne(database, specimenJob({ kind: 'of-a-later-release' }));
  assert.deepEqual(await claimedIds(), []);
  const id = await enqueueOne(database, job);
  assert.deepEqual(await claimedIds(), [id]);
  assert.deepEqual(await claimedIds(), []);
  await endLeases(database);
  assert.deepEqual(await claimedIds(), [id], 'whoever held it is gone');
});

test('a purge takes what was finished more than a week ago, and nothing that is open', async () => {
  const age = (state: string, finished: string | null) =>
    asOwner(
      database,
      sql`insert into job (kind, payload, max_attempts, state, run_at, finished_at)
          values ('specimen', jsonb_build_object('is', ${`${state}:${finished}`.replace(' ', '-')}::text),
                  1, ${state}, now() - interval '1 year', now() - ${finished}::interval)`,
    );
  for (const state of ['done', 'dropped', 'dead'])
    for (const days of ['6 days', '8 days']) await age(state, days);
  await age('ready', null);
  assert.equal(await database.systemTransaction('test', purgeJobs), true);
  const { rows } = await asOwner(
    database,
    sql<{ is: string }>`select payload ->> 'is' as is from job order by 1`,
  );
  assert.deepEqual(
    rows.map((row) => row.is),
    ['dead:6-days', 'dead:8-days', 'done:6-days', 'dropped:6-days', 'ready:null'],
  );
});
