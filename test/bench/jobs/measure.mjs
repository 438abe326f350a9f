// Runs within an emitted project: node measure.mjs <pg-boss's folder, or nothing>. Prints a line of JSON an engine.
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const from = (file) => import(pathToFileURL(join(process.cwd(), file)).href);
const { sql } = await import(
  pathToFileURL(join(process.cwd(), 'node_modules/kysely/dist/esm/index.js')).href
);
const { insertJobs, defineJob } = await from('platform/src/jobs/jobs.ts');
const { startWorker } = await from('platform/src/jobs/worker.ts');
const { openPlatformDatabase } = await from('platform/test/support/database.ts');

const ROUNDS = 5;
const STATEMENTS = 300;
const BATCHES = [1, 64];
const JOBS = 1_000;
const BODY = 'x'.repeat(950);

const [bossFolder] = process.argv.slice(2);
const database = await openPlatformDatabase('jobs');
await database.ownerTransaction('bench', async ({ sql: db }) => {
  await sql`create table raw (id bigint generated always as identity primary key, body text not null)`.execute(
    db,
  );
  await sql`create table plain (id bigint generated always as identity primary key, kind text not null, payload jsonb not null)`.execute(
    db,
  );
  await sql`grant select, insert on raw, plain to app_api`.execute(db);
});
const sides = {
  floor: sql`insert into plain (kind, payload) select 'bench', jsonb_build_object('raw', id) from written`,
  ours: insertJobs(
    sql`select 'bench', jsonb_build_object('raw', id), null, null, 8, now() from written`,
  ),
};
if (bossFolder) sides['pg-boss'] = await bossInsert(bossFolder);

const rows = [];
for (const size of BATCHES) rows.push({ batch: size, perSecond: await interleaved(size) });
console.log(JSON.stringify({ engine: database.kind, rows, jobsPerSecond: await done() }));
await database.close();

/** The job beside what it is about, in one statement: rows per second, medians of interleaved rounds. */
async function interleaved(size) {
  const bodies = Array.from({ length: size }, () => BODY);
  const all = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, insert] of Object.entries(sides)) {
      const startedAt = performance.now();
      for (let count = 0; count < STATEMENTS / (size > 1 ? 10 : 1); count += 1)
        await database.ownerTransaction('bench', ({ sql: db }) =>
          sql`with written as (insert into raw (body) select * from unnest(${bodies}::text[]) returning id) ${insert}`.execute(
            db,
          ),
        );
      const took = (performance.now() - startedAt) / 1_000;
      if (round > 0) all[name].push(((STATEMENTS / (size > 1 ? 10 : 1)) * size) / took);
    }
  }
  return Object.fromEntries(
    Object.entries(all).map(([name, figures]) => [
      name,
      Math.round(figures.toSorted((a, b) => a - b)[ROUNDS >> 1]),
    ]),
  );
}

/** What pg-boss itself writes for a job, of the options of its queue, without what parses them. */
async function bossInsert(folder) {
  const { getConstructionPlans } = await import(
    pathToFileURL(join(folder, 'node_modules/pg-boss/dist/index.js')).href
  );
  await database.ownerTransaction('bench', ({ sql: db }) =>
    sql.raw(getConstructionPlans('pgboss').replace(/^\s*BEGIN;|COMMIT;\s*$/gm, '')).execute(db),
  );
  await database.ownerTransaction('bench', ({ sql: db }) =>
    sql`select pgboss.create_queue('bench', '{"policy":"standard"}'::jsonb)`.execute(db),
  );
  return sql`
    insert into pgboss.job_common (id, name, data, priority, start_after, created_on, expire_seconds, deletion_seconds,
      keep_until, retry_limit, retry_delay, retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds)
    select gen_random_uuid(), q.name, jsonb_build_object('raw', written.id), 0, now(), now(), q.expire_seconds, q.deletion_seconds,
      now() + q.retention_seconds * interval '1s', q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max,
      q.policy, q.dead_letter, q.heartbeat_seconds
    from written join pgboss.queue q on q.name = 'bench' returning id`;
}

/** Jobs a second, each with a row of effect, from enqueued to the last one done. */
async function done() {
  await database.ownerTransaction('bench', ({ sql: db }) => sql`truncate job`.execute(db));
  await database.ownerTransaction('bench', ({ sql: db }) =>
    sql`${insertJobs(sql`select 'bench', '{}'::jsonb, null, null, 8, now() from generate_series(1, ${JOBS}::integer)`)}`.execute(
      db,
    ),
  );
  const all = new EventTarget();
  let left = JOBS;
  const handler = (tx) =>
    sql`insert into plain (kind, payload) values ('effect', '{}')`
      .execute(tx.sql)
      .then(() => undefined);
  const finished = once(all, 'done');
  const startedAt = performance.now();
  const worker = startWorker({
    database,
    context: undefined,
    concurrency: database.kind === 'server' ? 4 : 1,
    jobs: [defineJob({ kind: 'bench', maxAttempts: 1, timeoutMs: 5_000, handler })],
    ended: () => {
      left -= 1;
      if (left === 0) all.dispatchEvent(new Event('done'));
    },
    broken: (error) => {
      throw error;
    },
  });
  await finished;
  const took = (performance.now() - startedAt) / 1_000;
  await worker.close();
  return Math.round(JOBS / took);
}
