import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { jobs } from '../../services/api/jobs.ts';
import type { SystemTx } from '../src/database/database.ts';
import { parseCommand as parseJobsCommand, performJobsCommand } from '../src/jobs/command.ts';
import type { Job, JobDefinition } from '../src/jobs/jobs.ts';
import { enqueue, insertJobs } from '../src/jobs/jobs.ts';
import { reportLineage, requireRegistered } from '../src/jobs/lineage-reports.ts';
import { onWake } from '../src/jobs/worker.ts';
import { callerWithoutSession } from './support/specimens.ts';
import {
  asOwner,
  attemptAt,
  claim,
  effects,
  enqueueOne,
  forgetEverything,
  hurry,
  jobRow,
  leaveEffect,
  openJobsDatabase,
  specimenJob,
} from './support/jobs.ts';

const database = await openJobsDatabase();
after(() => database.close());
beforeEach(() => forgetEverything(database));

const specimen = specimenJob();

async function claimOne() {
  return (await claim(database))[0];
}

function auditOf(id: bigint) {
  const events = sql<{ action: string; outcome: string; tenant: string | null; detail: object }>`
    select action, outcome, tenant, detail from audit_event where resource = ${`job:${id}`}`;
  return asOwner(database, events).then(({ rows }) => rows);
}

async function countAuditEvents(): Promise<number> {
  return (await asOwner(database, sql`select id from audit_event`)).rows.length;
}

async function payloads(): Promise<readonly Record<string, unknown>[]> {
  const jobsById = sql<{ payload: Record<string, unknown> }>`select payload from job order by id`;
  return (await asOwner(database, jobsById)).rows.map(({ payload }) => payload);
}

async function failAfterEffect(tx: SystemTx, job: Job): Promise<never> {
  await leaveEffect(tx, job);
  throw Object.assign(new Error('alice@example.com is unknown'), { code: 'ENOENT' });
}

const afterEffect = specimenJob({ handler: failAfterEffect });

// Attempts the job until no attempt is left.
async function exhaust(job: JobDefinition<unknown>, id: bigint): Promise<void> {
  for (let tried = 0; (await jobRow(database, id))?.state === 'ready'; tried += 1) {
    assert.ok(tried < 10, 'It is tried without an end.');
    await hurry(database);
    await attemptAt(database, job, await claimOne());
  }
}

test('a job exists if the transaction that wrote it committed, and only then (HOOK-3)', async () => {
  let woken = 0;
  const stopListening = onWake(() => (woken += 1));
  const failing = database.systemTransaction('test', async (tx) => {
    await enqueue(tx, specimen, { lost: true });
    throw new Error('rolled back');
  });
  await assert.rejects(failing, /rolled back/);
  assert.deepEqual([await payloads(), woken], [[], 0]);
  await database.systemTransaction('test', async (tx) => {
    await enqueue(tx, specimen, { kept: true });
    assert.equal(woken, 0, 'it cannot be seen yet');
  });
  stopListening();
  assert.deepEqual([await payloads(), woken], [[{ kept: true }], 1]);
});

test('the effect of a job and its end commit together (HOOK-3)', async () => {
  const id = await enqueueOne(database, afterEffect);
  assert.equal((await attemptAt(database, afterEffect, await claimOne())).kind, 'put-off');
  assert.deepEqual(await effects(database), []);
  const { last_error: fault, ...row } = (await jobRow(database, id)) ?? {};
  assert.deepEqual(row, {
    state: 'ready',
    attempts: 1,
    max_attempts: 3,
    locked: false,
    later: true,
  });
  assert.match(String(fault), /^ENOENT at platform\/test\/jobs\.test\.ts:\d+:\d+$/);

  await hurry(database);
  const job = specimenJob();
  assert.equal((await attemptAt(database, job, await claimOne())).kind, 'done');
  assert.deepEqual(await effects(database), [id]);
  assert.equal((await jobRow(database, id))?.state, 'done');
  assert.deepEqual(await claim(database), []);
});

test('a worker that returns after its lease was taken over commits nothing (HOOK-3)', async () => {
  const job = specimenJob();
  const id = await enqueueOne(database, job);
  const [late] = await claim(database, job.kind, 0);
  const [next] = await claim(database);
  assert.equal((await attemptAt(database, job, late)).kind, 'taken-over');
  assert.deepEqual(await effects(database), []);
  assert.equal((await attemptAt(database, job, next)).kind, 'done');
  assert.equal((await attemptAt(database, job, late)).kind, 'taken-over');
  assert.equal((await attemptAt(database, job, next)).kind, 'taken-over');
  assert.deepEqual(await effects(database), [id]);
});

test('a job that fails to the last is dead, and that is on record (OBS-1)', async () => {
  const id = await enqueueOne(database, afterEffect, {}, { tenant: 'acme' });
  await exhaust(afterEffect, id);
  const row = await jobRow(database, id);
  assert.deepEqual([row?.state, row?.attempts, row?.locked], ['dead', 3, false]);
  const [event, ...more] = await auditOf(id);
  assert.deepEqual(more, []);
  assert.deepEqual(event, {
    action: 'Jobs::Action::"bury"',
    outcome: 'failure',
    tenant: 'acme',
    detail: { kind: 'specimen', attempts: 3, fault: row?.last_error },
  });
  assert.deepEqual(await effects(database), []);
});

test('a job is not dead while that cannot be put on record (OBS-1)', async (t) => {
  const last = specimenJob({ maxAttempts: 1, handler: failAfterEffect });
  const id = await enqueueOne(database, last);
  await asOwner(
    database,
    sql`alter table audit_event add constraint broken check (false) not valid`,
  );
  t.after(() => asOwner(database, sql`alter table audit_event drop constraint if exists broken`));
  await assert.rejects(attemptAt(database, last, await claimOne()), { constraint: 'broken' });
  const row = await jobRow(database, id);
  assert.deepEqual([row?.state, row?.locked], ['ready', true]);
});

test('a payload holds references, and neither words nor addresses (HOOK-6)', async () => {
  const most = 'x'.repeat(2_000);
  for (const payload of [{}, { id: 'evt_1', n: -1.5, live: false }, { a: '', b: most }])
    await enqueueOne(database, specimen, payload);
  for (const value of [
    'alice@example.com',
    'Alice Smith',
    'Zoë',
    `${most}${'x'.repeat(48)}`,
    '"',
    '\\',
  ])
    await assert.rejects(
      enqueueOne(database, specimen, { value }),
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
      enqueueOne(database, specimen, payload),
      { constraint: 'job_payload_holds_references' },
      JSON.stringify(payload),
    );
});

test('a handler sees the tenant of its job and no other (AUTHZ-1)', async () => {
  const seen: (string | null)[] = [];
  const job = specimenJob({
    handler: async (tx, { tenant }) => {
      const { rows } = await sql<{ jobs: bigint; tenant: string | null }>`
        select count(*) as jobs, nullif(current_setting('app.tenant', true), '') as tenant from job
      `.execute(tx.sql);
      assert.equal(tenant, rows[0]?.tenant ?? undefined);
      seen.push(`${rows[0]?.tenant}: ${rows[0]?.jobs}`);
    },
  });
  for (const tenant of ['acme', 'globex', undefined])
    await enqueueOne(database, job, {}, { tenant });
  for (const claimed of await claim(database)) await attemptAt(database, job, claimed);
  assert.deepEqual(seen.toSorted(), ['acme: 1', 'globex: 1', 'null: 3']);
});

test('a request enqueues for its own tenant, and sees no jobs of another one (AUTHZ-1)', async () => {
  const [acme, globex] = ['acme', 'globex'].map((tenant) => callerWithoutSession({ tenant }));
  assert.ok(acme && globex);
  const id = await database.tenantTransaction(acme, (tx) =>
    enqueue(tx, specimen, {}, { tenant: 'globex' }),
  );
  await enqueueOne(database, specimen);
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

async function said(argv: string, known = [specimen]): Promise<string> {
  const command = parseJobsCommand(argv.split(' '), 'operator:test');
  assert.ok(command.ok, argv);
  const answer = await performJobsCommand(database, command.value, known);
  return answer.ok ? answer.value : `refused: ${answer.error}`;
}

async function deadJob(): Promise<bigint> {
  const refused = specimenJob({
    handler: async () => ({ failed: 'receiver-refused', final: true }),
  });
  const id = await enqueueOne(database, refused);
  await attemptAt(database, refused, await claimOne());
  return id;
}

test('a decision without a ticket, made twice, or for a kind without a handler is refused (OBS-1)', async () => {
  const id = await deadJob();
  const events = await countAuditEvents();
  assert.match(await said(`retry ${id} --ticket because`), /^refused: The ticket must/);
  assert.match(await said(`drop ${id} --ticket because`), /^refused: The ticket must/);
  assert.match(await said(`retry ${id} --ticket OPS-1`, []), /^refused: No module/);
  assert.match(await said('retry 999999 --ticket OPS-1'), /^refused: No dead job/);
  assert.equal((await jobRow(database, id))?.state, 'dead');
  assert.equal(await countAuditEvents(), events);
  await said(`drop ${id} --ticket OPS-1`);
  assert.match(await said(`drop ${id} --ticket OPS-1`), /^refused: No dead job/);
  assert.match(await said(`retry ${id} --ticket OPS-1`), /^refused: No dead job/);
});

const REPORT = 'report-lineage';
const failing = specimenJob({
  kind: 'failing',
  maxAttempts: 1,
  handler: async () => ({ failed: 'no' }),
});

function reportsTo(endpoint: string) {
  return reportLineage(endpoint, database, [specimen, failing], (error) => assert.ifError(error));
}

async function work(reports: ReturnType<typeof reportsTo>, definition: JobDefinition<unknown>) {
  await enqueueOne(database, definition, { invoice: 'canary-7' }, { tenant: 'acme' });
  const [claimed] = await claim(database, definition.kind);
  assert.ok(claimed);
  reports.count(claimed, await attemptAt(database, definition, claimed));
}

async function waiting(): Promise<number> {
  const ready = sql<{ count: bigint }>`
    select count(*) as count from job where kind = ${REPORT} and state = 'ready'`;
  return Number((await asOwner(database, ready)).rows[0]?.count);
}

test('a receiver that stays down costs so many rows and no more, and nothing is left out (HOOK-7)', async () => {
  const reports = reportsTo('http://127.0.0.1:9');
  for (let more = 0; more < 119; more += 1) await enqueueOne(database, reports.job);
  await work(reports, specimen);
  await reports.report();
  assert.equal(await waiting(), 120);
  await work(reports, specimen);
  await reports.report();
  await work(reports, failing);
  await reports.report();
  assert.equal(await waiting(), 120);
  await forgetEverything(database);
  await reports.close();
  const reported = await payloads();
  assert.doesNotMatch(JSON.stringify(reported), /canary|invoice|acme/);
  assert.deepEqual(
    reported.map(({ kind, done, dead }) => [kind, done, dead]),
    [
      ['specimen', 1, 0],
      ['failing', 0, 1],
    ],
  );
});

test('jobs name tables that the registry describes (HOOK-7)', () => {
  requireRegistered(jobs);
  assert.throws(() => requireRegistered([specimenJob({ writes: ['effect'] })]), /effect/);
});
