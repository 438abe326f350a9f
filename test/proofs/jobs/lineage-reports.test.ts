import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, beforeEach, test } from 'node:test';
import type { JobDefinition } from '@app/platform/jobs/jobs';
import { bareEnvironment } from '../../platform/test/support/environment.ts';
import {
  asOwner,
  attemptAt,
  claim,
  enqueueOne,
  forgetEverything,
  hurry,
  makeEffects,
  specimenJob,
} from '../../platform/test/support/jobs.ts';
import { sql } from 'kysely';
import { openTestApp } from '../../test/support/build-app.ts';
import { openReceiver } from '../contracts/receiver.ts';
import { readConfig } from '../../services/api/config.ts';
import { receiverEntries } from '@app/platform/egress/guard';
import { createLog } from '@app/platform/logging/log';
import type { Services } from '@app/platform/service/module';
import { LINEAGE_URL } from '@app/platform/jobs/settings';
import { reportLineage } from '@app/platform/jobs/lineage-reports';
import { startJobs } from '@app/platform/jobs/work';

const REPORT = 'report-lineage';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const service = await openTestApp();
const { database } = service;
await database.ownerTransaction('a table for effects', makeEffects);
after(() => service.close());
beforeEach(() => forgetEverything(database));

const job = specimenJob({ reads: ['session'], writes: ['job'] });
const failing = specimenJob({
  kind: 'failing',
  maxAttempts: 1,
  handler: async () => ({ failed: 'no' }),
});

interface Event {
  readonly eventType: string;
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { runId: string; facets?: { app_jobs: Record<string, unknown> } };
  readonly job: { namespace: string; name: string };
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
}

function reportsTo(endpoint: string) {
  return reportLineage(endpoint, database, [job, failing], (error) => assert.ifError(error));
}
type Reports = ReturnType<typeof reportsTo>;

function configured(url: string) {
  return readConfig(['--local'], { [LINEAGE_URL]: url });
}

async function work(reports: Reports, ...definitions: readonly JobDefinition<unknown>[]) {
  for (const definition of definitions) {
    await enqueueOne(database, definition, { invoice: 'canary-7' }, { tenant: 'acme' });
    const [claimed] = await claim(database, definition.kind);
    assert.ok(claimed);
    reports.count(claimed, await attemptAt(database, definition, claimed));
  }
}

async function tell(reports: Reports) {
  await hurry(database);
  const [claimed] = await claim(database, REPORT);
  return claimed && (await attemptAt(database, reports.job, claimed)).kind;
}

async function waiting(): Promise<number> {
  const { rows } = await asOwner(
    database,
    sql<{
      count: bigint;
    }>`select count(*) as count from job where kind = ${REPORT} and state = 'ready'`,
  );
  return Number(rows[0]?.count);
}

test('a minute of a kind is one run: a START and one end, with figures and no payload (HOOK-7)', async (t) => {
  const { endpoint, exports, close } = await openReceiver();
  t.after(close);
  const reports = reportsTo(`${endpoint}/`);
  await work(reports, job, job, failing, job);
  await reports.report();
  await reports.report();
  assert.deepEqual([await tell(reports), await tell(reports)], ['done', 'done']);
  assert.equal(await tell(reports), undefined);
  await reports.close();

  assert.deepEqual(new Set(exports.map(({ url }) => url)), new Set(['/api/v1/lineage']));
  const events = exports.map(({ body }) => body as unknown as Event);
  for (const event of events) {
    assert.equal(new Date(event.eventTime).toISOString(), event.eventTime);
    assert.match(event.run.runId, UUID);
    assert.ok(URL.canParse(event.producer) && URL.canParse(event.schemaURL));
    assert.equal(event.job.namespace, 'api');
  }
  const [start, end, begun, failed] = events;
  assert.deepEqual(
    events.map(({ eventType, job: { name } }) => `${name} ${eventType}`),
    ['specimen START', 'specimen COMPLETE', 'failing START', 'failing FAIL'],
  );
  assert.equal(start?.run.runId, end?.run.runId);
  assert.equal(begun?.run.runId, failed?.run.runId);
  assert.notEqual(start?.run.runId, begun?.run.runId);
  assert.ok(String(start?.eventTime) <= String(end?.eventTime));
  assert.deepEqual(end?.inputs, [{ namespace: 'api', name: 'session' }]);
  assert.deepEqual(end?.outputs, [{ namespace: 'api', name: 'job' }]);
  const { _producer, _schemaURL, ...figures } = { ...end?.run.facets?.app_jobs };
  assert.ok(URL.canParse(String(_producer)) && URL.canParse(String(_schemaURL)));
  assert.deepEqual(figures, { done: 3, failed: 0, dead: 0 });
  assert.doesNotMatch(JSON.stringify(exports), /canary|invoice|acme/);
});

test('a receiver that is down is told later, in order and the same, and nothing waits for it (HOOK-7)', async (t) => {
  let status = 503;
  const told: Event[] = [];
  const { endpoint, close } = await openReceiver(async (request, response) => {
    if (status === 200) told.push((await new Response(request as never).json()) as Event);
    response.writeHead(status).end();
  });
  t.after(close);
  const reports = reportsTo(endpoint);
  await work(reports, job);
  await reports.report();
  await work(reports, job, failing);
  await reports.report();
  assert.deepEqual([await tell(reports), await waiting()], ['put-off', 3]);
  await work(reports, job);
  assert.equal(told.length, 0);

  status = 200;
  for (let left = 3; left > 0; left -= 1) assert.equal(await tell(reports), 'done');
  assert.deepEqual(
    told.map(({ job: { name }, eventType }) => `${name} ${eventType}`),
    ['specimen START', 'specimen COMPLETE', 'specimen START', 'specimen COMPLETE'].concat([
      'failing START',
      'failing FAIL',
    ]),
  );
  await reports.close();
  assert.equal(await waiting(), 1);
});

test('telling is not told of, or every minute would have something to tell (HOOK-7)', async (t) => {
  const { endpoint, close } = await openReceiver();
  t.after(close);
  const reports = reportsTo(endpoint);
  reports.count({ kind: REPORT }, { kind: 'done' });
  reports.count({ kind: 'specimen' }, { kind: 'taken-over' });
  await reports.close();
  assert.equal(await waiting(), 0);
});

test('a worker tells what it counted before it ends (HOOK-7)', async () => {
  const environment: Services['environment'] = (shape) =>
    ({ ...service.environment(shape), [LINEAGE_URL]: 'http://127.0.0.1:9' }) as never;
  const seen = Promise.withResolvers<void>();
  const signals = specimenJob({ handler: async () => seen.resolve() });
  const log = createLog('error', { write: () => {} });
  const worker = await startJobs({ ...service, environment }, log, [signals]);
  await enqueueOne(database, signals);
  await seen.promise;
  await worker.close();
  assert.equal(await waiting(), 1);
});

test('the receiver is another machine over https, or this one, and the way out lists it (HOOK-4)', () => {
  for (const url of ['http://marquez.example', 'https://marquez.example/?a=b', 'marquez'])
    assert.equal(configured(url).ok, false, url);
  const accepted = configured('https://marquez.internal:8443/base');
  assert.ok(accepted.ok);
  assert.deepEqual(receiverEntries(accepted.value.receivers), [
    { host: 'marquez.internal', ports: [8443], class: 'vpc', reason: LINEAGE_URL },
  ]);
});

test('without a receiver nothing of it is loaded', () => {
  const program = `
    const { registerHooks } = await import('node:module');
    registerHooks({
      load(url, context, next) {
        if (/[/](?:lineage-reports|run-events)[.]ts$/.test(url)) throw new Error('loaded ' + url);
        return next(url, context);
      },
    });
    await import(${JSON.stringify(new URL('../../platform/src/jobs/worker-process.ts', import.meta.url).href)});`;
  const args = [...process.execArgv, '--input-type=module', '--eval', program];
  const { stderr, status } = spawnSync(process.execPath, args, {
    env: bareEnvironment(),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});
