import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateModule } from '../../src/operations/generate.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emit } from '../support/profiles.ts';
import { sizeOf } from '../support/size.ts';
import { linkDependencies } from '../support/workbench.ts';
import { createDatabase, evaluate } from './under-fire/inspect.ts';
import { startWorker, stopWorker } from './under-fire/worker.ts';

/** Printed by a failing test, so that the same moments can be tried again. */
const SEED = Number(process.env['SEED'] ?? 20_261_122);
const JOBS = sizeOf(import.meta.url, { small: 200, full: 5_000 });
const WORKERS = 3;
const LANES = 40;
const FEWEST_KILLS = sizeOf(import.meta.url, { small: 2, full: 10 });
/** Far above what it takes: a job that nobody takes again would never end. */
const LONGEST_MS = 500_000;

/** Slow enough to be hit within its transaction, and every tenth attempt fails by itself. */
const DEFINITION = `
import { sql } from 'kysely';
import type { JobDefinition } from '@app/platform/jobs/jobs';
import { defineJob } from '@app/platform/jobs/jobs';
import type { Services } from './http/module.ts';

export const underFire: JobDefinition<Services> = defineJob({
  kind: 'under-fire',
  maxAttempts: 100,
  timeoutMs: 1_000,
  lane: ({ lane }) => (lane === undefined ? undefined : String(lane)),
  handler: async (tx, { id }) => {
    await sql\`insert into effect (job) values (\${id})\`.execute(tx.sql);
    await sql\`select pg_sleep(\${Math.random() / 50})\`.execute(tx.sql);
    if (Math.random() < 0.1) throw new Error('injected');
  },
});

export const jobs = [underFire];
`;

const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let root = '';
beforeAll(async () => {
  const catalogue = await catalogueHere();
  root = await emit('minimal', folder, catalogue);
  await generateModule({ directory: root, generator: 'jobs' }, catalogue);
  writeFileSync(join(root, 'services/api/jobs.ts'), DEFINITION);
  linkDependencies(root);
});

test(`workers are killed at random, and every job takes effect once (seed ${SEED})`, async () => {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('Run it with scripts/with-postgres.sh in front.');
  const url = createDatabase(root, server, `jobs_under_fire_${process.pid}`);
  const env = { DATA_FOLDER: join(folder, 'data'), DATABASE_URL: url };
  enqueue(env);

  const random = seeded();
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => startWorker(root, env)));
  const startedAt = performance.now();
  let kills = 0;
  while (kills < FEWEST_KILLS || inspect(env).unfinished > 0) {
    expect(performance.now() - startedAt, 'it comes to an end').toBeLessThan(LONGEST_MS);
    await sleep(100 + random() * 700);
    const [victim] = workers.splice(Math.floor(random() * workers.length), 1);
    if (victim) await stopWorker(victim, 'SIGKILL');
    kills += 1;
    workers.push(await startWorker(root, env));
  }
  const codes = await Promise.all(workers.map((worker) => stopWorker(worker, 'SIGTERM')));
  expect(codes).toEqual(workers.map(() => 0));

  const { missing, doubled, outOfOrder, held, attempts } = inspect(env);
  expect({ missing, doubled, outOfOrder, held }).toEqual({
    missing: 0,
    doubled: 0,
    outOfOrder: 0,
    held: 0,
  });
  expect(attempts, 'some were taken over or failed').toBeGreaterThan(JOBS);
  console.log(`${JOBS} jobs, ${kills} kills, ${attempts} attempts: each effect once.`);
});

/** Every second job is in a lane. */
function enqueue(env: NodeJS.ProcessEnv): void {
  run(
    env,
    `await database.migrate(MIGRATIONS, migrationOrder);
     await database.ownerTransaction('prepare', makeEffects);
     await database.systemTransaction('enqueue', async (tx) => {
       for (let count = 0; count < ${JOBS}; count += 1)
         await enqueue(tx, underFire, count % 2 === 0 ? {} : { lane: count % ${LANES} });
     });`,
  );
}

interface Found {
  readonly unfinished: number;
  readonly missing: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  readonly held: number;
  readonly attempts: number;
}

function inspect(env: NodeJS.ProcessEnv): Found {
  const said = run(
    env,
    `const { rows: [found] } = await database.ownerTransaction('inspect', (tx) => sql\`
       with effects as (
         select job, count(*) as times, min(place) as place from effect group by job
       ), placed as (
         select lane, place - lag(place) over (partition by lane order by id) as ahead
         from job join effects on effects.job = job.id where lane is not null
       )
       select (select count(*) from job where state <> 'done')::int as unfinished,
              (select count(*) from job where id not in (select job from effect))::int as missing,
              (select count(*) from effects where times > 1)::int as doubled,
              (select count(*) from placed where ahead < 0)::int as "outOfOrder",
              (select count(*) from job where locked_until is not null)::int as held,
              (select sum(attempts) from job)::int as attempts
     \`.execute(tx.sql));
     console.log(JSON.stringify(found));`,
  );
  return JSON.parse(said) as Found;
}

function run(env: NodeJS.ProcessEnv, program: string): string {
  return evaluate(
    root,
    `import { sql } from 'kysely';
     import { openDatabase } from '@app/platform/database/open';
     import { enqueue } from '@app/platform/jobs/jobs';
     import { makeEffects } from './platform/test/support/jobs.ts';
     import { migrationOrder } from './migrations/order.ts';
     import { readCommandConfig } from './services/api/config.ts';
     import { MIGRATIONS } from '@app/platform/service/folders';
     import { underFire } from './services/api/jobs.ts';
     const database = await openDatabase(readCommandConfig().value.database);
     ${program}
     await database.close();`,
    env,
  );
}

function seeded(): () => number {
  let state = SEED;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
