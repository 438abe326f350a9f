import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { TestContext } from 'node:test';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import {
  asOwner,
  effects,
  enqueueOne,
  forgetEverything,
  hurry,
  jobRow,
  leaveEffect,
  openJobsDatabase,
  specimenJob,
} from '../../platform/test/support/jobs.ts';
import type { JobDefinition } from '@app/platform/jobs/jobs';
import type { Worker } from '@app/platform/jobs/worker';
import { startWorker, wakeWorkers } from '@app/platform/jobs/worker';

const database = await openJobsDatabase();
after(() => database.close());
beforeEach(() => forgetEverything(database));

// Two processes with several jobs at once on a server; the embedded engine is one process with one session.
const [WORKERS, AT_ONCE] = database.kind === 'server' ? [2, 3] : [1, 1];

// The same cases each time, so that a failure can be looked at.
let seed = 20_261_122;
const random = (): number =>
  (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;

const told = new EventEmitter();

// Long enough for a job that ends by itself on a busy machine, and soon enough for one that does not.
const [ENDS, HANGS] = [5_000, 50] as const;

function work(t: TestContext, ...jobs: readonly JobDefinition<unknown>[]): Worker {
  return workWithin(HANGS, t, ...jobs);
}

function workWithin(
  finishWithinMs: number,
  t: TestContext,
  ...jobs: readonly JobDefinition<unknown>[]
): Worker {
  const workers = Array.from({ length: WORKERS }, () =>
    startWorker({
      database,
      jobs,
      context: undefined,
      concurrency: AT_ONCE,
      finishWithinMs,
      ended: (_job, outcome) => void told.emit('ended', outcome),
      broken: (error) => void told.emit('error', error),
    }),
  );
  const close = async () => void (await Promise.all(workers.map((worker) => worker.close())));
  t.after(close);
  return { close };
}

async function until(ids: readonly bigint[], ...states: readonly string[]): Promise<void> {
  for (;;) {
    const ended = once(told, 'ended');
    const { rows } = await asOwner(
      database,
      sql<{ count: bigint }>`
        select count(*) from job where id = any (${ids}::bigint[]) and state = any (${states}::text[])`,
    );
    if (rows[0]?.count === BigInt(ids.length)) return;
    await hurry(database);
    wakeWorkers();
    await ended;
  }
}

function failsAt(share: number): void {
  if (random() < share) throw new Error('injected');
}

test('each job takes effect once, whatever fails on the way (HOOK-3)', async (t) => {
  const job = specimenJob({
    maxAttempts: 100,
    outside: async () => failsAt(0.2),
    handler: async (tx, about) => {
      failsAt(0.2);
      await leaveEffect(tx, about);
      failsAt(0.3);
    },
  });
  const ids = await Promise.all(Array.from({ length: 40 }, () => enqueueOne(database, job)));
  work(t, job);
  await until(ids, 'done');
  const left = await effects(database);
  assert.deepEqual(left.toSorted(), ids.toSorted());
});

test('jobs of a lane run one at a time and in order, also when they fail (HOOK-3)', async (t) => {
  const running = new Set<string>();
  const job = specimenJob({
    maxAttempts: 100,
    lane: ({ lane }) => String(lane),
    handler: async (tx, about) => {
      const lane = String(about.payload['lane']);
      assert.ok(!running.has(lane), `two of lane ${lane} at once`);
      running.add(lane);
      try {
        await leaveEffect(tx, about);
        if (random() < 0.3) throw new Error('injected');
      } finally {
        running.delete(lane);
      }
    },
  });
  const lanes = new Map<string, bigint[]>([
    ['a', []],
    ['b', []],
    ['c', []],
  ]);
  for (let count = 0; count < 8; count += 1)
    for (const [lane, ids] of lanes) ids.push(await enqueueOne(database, job, { lane }));
  work(t, job);
  await until([...lanes.values()].flat(), 'done');
  const order = await effects(database);
  for (const ids of lanes.values())
    assert.deepEqual(
      order.filter((id) => ids.includes(id)),
      ids,
    );
});

test('a job that always fails keeps no other one from being done', async (t) => {
  const poison = specimenJob({
    kind: 'poison',
    handler: () => Promise.reject(new Error('poison')),
  });
  const job = specimenJob();
  const poisoned = await enqueueOne(database, poison);
  const ids = [];
  for (let count = 0; count < 10; count += 1) ids.push(await enqueueOne(database, job));
  work(t, poison, job);
  await until([...ids, poisoned], 'done', 'dead');
  assert.equal((await jobRow(database, poisoned))?.state, 'dead');
  assert.equal((await effects(database)).length, 10);
});

test('a worker that stops finishes what it has begun, gives back what does not end, and takes nothing new', async (t) => {
  const begun = new EventEmitter();
  const slow = specimenJob({
    kind: 'slow',
    outside: async () => {
      begun.emit('slow');
      await Promise.resolve();
    },
  });
  const endless = specimenJob({
    kind: 'endless',
    maxAttempts: 1,
    outside: () => {
      begun.emit('endless');
      return new Promise(() => {});
    },
  });
  const first = await enqueueOne(database, slow);
  let started = once(begun, 'slow');
  const worker = workWithin(ENDS, t, slow, endless);
  await started;
  await worker.close();
  assert.equal((await jobRow(database, first))?.state, 'done');

  const hung = await enqueueOne(database, endless);
  started = once(begun, 'endless');
  const another = work(t, slow, endless);
  await started;
  const closed = another.close();
  const late = await enqueueOne(database, slow);
  await closed;
  const row = await jobRow(database, hung);
  assert.deepEqual([row?.state, row?.locked, row?.max_attempts], ['ready', false, 2]);
  assert.equal((await jobRow(database, late))?.attempts, 0);
});

test('a worker that cannot reach its database says so, and goes on when it can', async () => {
  let isBroken = true;
  const broken = Promise.withResolvers<unknown>();
  const job = specimenJob();
  const id = await enqueueOne(database, job);
  const worker = startWorker({
    database: {
      ...database,
      systemTransaction: (reason, does) =>
        isBroken
          ? Promise.reject(new Error('unreachable'))
          : database.systemTransaction(reason, does),
    },
    jobs: [job],
    context: undefined,
    concurrency: 1,
    ended: () => void told.emit('ended'),
    broken: broken.resolve,
  });
  assert.match(String(await broken.promise), /unreachable/);
  isBroken = false;
  await until([id], 'done');
  await worker.close();
});

test('two jobs cannot be of one kind', () => {
  const jobs = [specimenJob(), specimenJob()];
  const options = { database, context: undefined, concurrency: 1, ended() {}, broken() {} };
  assert.throws(() => startWorker({ ...options, jobs }), /one kind/);
});
