import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import type { SystemTx } from '@app/platform/database/database';
import type { Job, JobDefinition } from '@app/platform/jobs/jobs';
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
  leaveEffect,
  openJobsDatabase,
  specimenJob,
} from '../../platform/test/support/jobs.ts';

const database = await openJobsDatabase();
after(() => database.close());
beforeEach(() => forgetEverything(database));

async function claimOne() {
  return (await claim(database))[0];
}

// As often as it can be tried, one attempt after the other.
async function exhaust(job: JobDefinition<unknown>, id: bigint): Promise<void> {
  for (let tried = 0; (await jobRow(database, id))?.state === 'ready'; tried += 1) {
    assert.ok(tried < 10, 'It is tried without an end.');
    await hurry(database);
    await attemptAt(database, job, await claimOne());
  }
}

function auditOf(id: bigint) {
  const events = sql<{ action: string; outcome: string; tenant: string | null; detail: object }>`
    select action, outcome, tenant, detail from audit_event where resource = ${`job:${id}`}`;
  return asOwner(database, events).then(({ rows }) => rows);
}

async function failAfterEffect(tx: SystemTx, job: Job): Promise<never> {
  await leaveEffect(tx, job);
  throw Object.assign(new Error('alice@example.com is unknown'), { code: 'ENOENT' });
}

const afterEffect = specimenJob({ handler: failAfterEffect });

test('a lease that is taken over while a job does something elsewhere is noticed (HOOK-3)', async () => {
  const plain = specimenJob();
  const slow = specimenJob({
    outside: async () => {
      await endLeases(database);
      assert.equal((await attemptAt(database, plain, await claimOne())).kind, 'done');
    },
  });
  const id = await enqueueOne(database, slow);
  assert.equal((await attemptAt(database, slow, await claimOne())).kind, 'taken-over');
  assert.deepEqual(await effects(database), [id]);
});

test('a failure that comes late does not undo what somebody else did since (HOOK-3)', async () => {
  const id = await enqueueOne(database, afterEffect);
  const failing = specimenJob({ outside: () => Promise.reject(new Error('late')) });
  const [late] = await claim(database, failing.kind, 0);
  const next = await claimOne();
  assert.equal((await attemptAt(database, failing, late)).kind, 'taken-over');
  assert.equal((await jobRow(database, id))?.locked, true);
  await attemptAt(database, specimenJob(), next);
  assert.equal((await attemptAt(database, failing, next)).kind, 'taken-over');
  assert.equal((await jobRow(database, id))?.state, 'done');
});

test('a job that ends its worker each time is given up without another try (HOOK-3)', async () => {
  const job = specimenJob();
  const id = await enqueueOne(database, job);
  for (let died = 0; died < job.maxAttempts; died += 1) await claim(database, job.kind, 0);
  assert.equal((await attemptAt(database, job, await claimOne())).kind, 'dead');
  assert.deepEqual(await effects(database), []);
  assert.equal((await jobRow(database, id))?.last_error, 'abandoned');
});

test('a handler that says it failed keeps what it wrote, and is tried again', async () => {
  const job = specimenJob({
    handler: async (tx, told) => {
      await leaveEffect(tx, told);
      return { failed: 'receiver-refused' };
    },
  });
  const id = await enqueueOne(database, job, {}, { tenant: 'acme' });
  await exhaust(job, id);
  assert.deepEqual(await effects(database), [id, id, id]);
  const row = await jobRow(database, id);
  assert.deepEqual([row?.state, row?.last_error], ['dead', 'receiver-refused']);
  assert.equal((await auditOf(id)).length, 1);
});

test('what cannot get better is dead at once, and what it says is one word (HOOK-6)', async () => {
  for (const [failed, kept] of [
    ['alice@example.com does not exist', 'failed'],
    ['alice@example.com', 'failed'],
    ['+15555550100', 'failed'],
    ['card-4111111111111111', 'failed'],
    ['x'.repeat(61), 'failed'],
    ['receiver-status-503', 'receiver-status-503'],
  ] as const) {
    const job = specimenJob({ handler: async () => ({ failed, final: true }) });
    const id = await enqueueOne(database, job);
    assert.equal((await attemptAt(database, job, await claimOne())).kind, 'dead');
    assert.equal((await jobRow(database, id))?.last_error, kept);
  }
});

test('a handler that takes too long is over, and writes nothing afterwards (HOOK-3)', async () => {
  const released = Promise.withResolvers<void>();
  const late = Promise.withResolvers<unknown>();
  const job = specimenJob({
    timeoutMs: 20,
    handler: async (tx, told) => {
      told.signal.addEventListener('abort', () => released.resolve());
      await released.promise;
      // At once, while the transaction is being taken back, and again when it is over.
      const writes = [leaveEffect(tx, told), Promise.resolve().then(() => leaveEffect(tx, told))];
      late.resolve(await Promise.allSettled(writes));
    },
  });
  const id = await enqueueOne(database, job);
  assert.equal((await attemptAt(database, job, await claimOne())).kind, 'put-off');
  await late.promise;
  assert.deepEqual(await effects(database), []);
  assert.match(String((await jobRow(database, id))?.last_error), /^TimeOver/);
});

test('an attempt that a worker gives up to stop is none: nothing is kept, and none is lost', async () => {
  const stopping = new AbortController();
  const job = specimenJob({
    maxAttempts: 1,
    handler: async (tx, told) => {
      await leaveEffect(tx, told);
      stopping.abort();
      await new Promise(() => {});
    },
  });
  const id = await enqueueOne(database, job);
  const outcome = await attemptAt(database, job, await claimOne(), stopping.signal);
  assert.equal(outcome.kind, 'given-back');
  assert.deepEqual(await effects(database), []);
  const row = await jobRow(database, id);
  assert.deepEqual([row?.state, row?.locked, row?.later], ['ready', false, false]);
  assert.equal((await attemptAt(database, specimenJob(), await claimOne())).kind, 'done');
});
