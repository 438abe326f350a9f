import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { announceJobs, defineJob, enqueue, insertJobs } from '@app/platform/jobs/jobs';
import { onWake } from '@app/platform/jobs/worker';
import { callerWithoutSession } from '../../platform/test/support/specimens.ts';
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

test('a job exists if the transaction that wrote it committed, and only then (HOOK-3)', async () => {
  let woken = 0;
  const stopListening = onWake(() => (woken += 1));
  const failing = database.systemTransaction('test', async (tx) => {
    await enqueue(tx, job, { lost: true });
    throw new Error('rolled back');
  });
  await assert.rejects(failing, /rolled back/);
  assert.deepEqual([await payloads(), woken], [[], 0]);
  await database.systemTransaction('test', async (tx) => {
    await enqueue(tx, job, { kept: true });
    assert.equal(woken, 0, 'it cannot be seen yet');
  });
  stopListening();
  assert.deepEqual([await payloads(), woken], [[{ kept: true }], 1]);
});

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

test('a payload holds references, and neither words nor addresses (HOOK-6)', async () => {
  const most = 'x'.repeat(2_000);
  for (const payload of [{}, { id: 'evt_1', n: -1.5, live: false }, { a: '', b: most }])
    await enqueueOne(database, job, payload);
  for (const value of [
    'alice@example.com',
    'Alice Smith',
    'Zoë',
    `${most}${'x'.repeat(48)}`,
    '"',
    '\\',
  ])
    await assert.rejects(
      enqueueOne(database, job, { value }),
      { constraint: 'job_payload_holds_references' },
      value,
    );
  for (const payload of [
    { 'a key': 1 },
    { nested: { a: 1 } },
    { list: [1] },
    { nothing: null },
    [],
  ])
    await assert.rejects(
      enqueueOne(database, job, payload),
      { constraint: 'job_payload_holds_references' },
      JSON.stringify(payload),
    );
});

test('a request enqueues for its own tenant, and sees no jobs of another one (AUTHZ-1)', async () => {
  const [acme, globex] = ['acme', 'globex'].map((tenant) => callerWithoutSession({ tenant }));
  assert.ok(acme && globex);
  const id = await database.tenantTransaction(acme, (tx) =>
    enqueue(tx, job, {}, { tenant: 'globex' }),
  );
  await enqueueOne(database, job);
  const seenBy = (caller: typeof acme) =>
    database.tenantTransaction(caller, async (tx) => {
      const { rows } = await sql<{ id: bigint }>`select id from job`.execute(tx.sql);
      return rows.map((row) => row.id);
    });
  assert.deepEqual(await seenBy(acme), [id]);
  assert.deepEqual(await seenBy(globex), []);
  const forged = insertJobs(sql`values ('specimen', '{}'::jsonb, null, 'globex', 1, now())`);
  await assert.rejects(
    database.tenantTransaction(acme, (tx) => forged.execute(tx.sql)),
    { code: '42501' },
  );
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
