import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Database, DatabaseTarget } from '../src/database/database.ts';
import { openFolder } from '../src/database/embedded.ts';
import { databaseOn, openDatabase } from '../src/database/open.ts';
import {
  emptyDataDir,
  migratePlatform,
  openPlatformDatabase,
  SERVER_URL,
} from './support/database.ts';
import { bareEnvironment } from './support/environment.ts';
import { folderWith } from './support/folder.ts';
import {
  asOwner,
  effects,
  endLeases,
  enqueueOne,
  makeEffects,
  specimenJob,
} from './support/jobs.ts';

// After how many ends a worker is killed. What it is doing then differs from run to run, and must not matter.
const KILLED_AFTER = [1, 4, 9];
const JOBS = 60;
const LANES = 3;

const job = specimenJob({ lane: ({ lane }) => String(lane) });

const program = (target: DatabaseTarget) => `
  const at = (file) => import(new URL(file, ${JSON.stringify(import.meta.url)}).href);
  const { openDatabase } = await at('../src/database/open.ts');
  const { startWorker } = await at('../src/jobs/worker.ts');
  const { specimenJob } = await at('./support/jobs.ts');
  const database = await openDatabase(${JSON.stringify(target)});
  startWorker({
    database,
    jobs: [specimenJob()],
    context: undefined,
    concurrency: database.kind === 'server' ? 3 : 1,
    ended: (_job, { kind }) => console.log(kind),
    broken: (error) => { throw error; },
  });`;

test('a worker that is killed on the way loses nothing and does nothing twice (HOOK-3)', async (t) => {
  const { database: first, target } = await prepared(t);
  const ids: bigint[] = [];
  for (let count = 0; count < JOBS; count += 1)
    ids.push(await enqueueOne(first, job, { lane: count % LANES }));
  await first.close();

  for (const ends of KILLED_AFTER) {
    await killedAfter(target, ends);
    // Its leases would be over in ten seconds.
    await within(target, endLeases);
  }
  const left = JOBS - (await within(target, doneCount));
  if (left > 0) await killedAfter(target, left);

  const order = await within(target, effects);
  assert.deepEqual(order.toSorted(), ids.toSorted());
  for (let lane = 0; lane < LANES; lane += 1) {
    const ofLane = ids.filter((_id, index) => index % LANES === lane);
    assert.deepEqual(
      order.filter((id) => ofLane.includes(id)),
      ofLane,
    );
  }
});

async function prepared(t: TestContext) {
  if (SERVER_URL === undefined) {
    const path = join(await folderWith(t, {}), 'data');
    const options = { loadDataDir: await emptyDataDir() };
    const database = databaseOn('folder', await openFolder(path, options));
    await migratePlatform(database, 'jobs');
    await database.ownerTransaction('a table for effects', makeEffects);
    return { database, target: { kind: 'folder', path } as const };
  }
  const database = await openPlatformDatabase('jobs');
  t.after(() => database.close());
  await database.ownerTransaction('a table for effects', makeEffects);
  const { rows } = await asOwner(
    database,
    sql<{ name: string }>`select current_database() as name`,
  );
  const url = new URL(SERVER_URL);
  url.pathname = `/${rows[0]?.name}`;
  const shared = { ...database, close: async () => {} };
  return { database: shared, target: { kind: 'server', url: url.href } as const };
}

async function killedAfter(target: DatabaseTarget, ends: number): Promise<void> {
  const args = [...process.execArgv, '--input-type=module', '--eval', program(target)];
  const worker = spawn(process.execPath, args, { env: bareEnvironment() });
  let said = '';
  worker.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  let seen = 0;
  for await (const line of createInterface(worker.stdout)) {
    assert.equal(line, 'done');
    seen += 1;
    if (seen === ends) break;
  }
  assert.equal(seen, ends, said);
  const exit = once(worker, 'exit');
  worker.kill('SIGKILL');
  await exit;
}

async function within<T>(
  target: DatabaseTarget,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(target);
  return work(database).finally(() => database.close());
}

async function doneCount(database: Database): Promise<number> {
  // Waits for what a server still has under way for a worker that is gone.
  const { rows } = await asOwner(
    database,
    sql<{ count: bigint }>`
      with held as (select id, state from job for update)
      select count(*) as count from held where state = 'done'`,
  );
  return Number(rows[0]?.count);
}
