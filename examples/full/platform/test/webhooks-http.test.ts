import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { SystemTx } from '../src/database/database.ts';
import type { Failed } from '../src/jobs/jobs.ts';
import { asOwner, hurry, makeEffects } from './support/jobs.ts';
import { bothSecrets, messageOf, NEXT, specimenEndpoint } from './support/webhook-endpoint.ts';
import { webhookJob } from '../src/webhooks/webhooks.ts';
import type { Delivery, Scheme } from '../src/webhooks/scheme.ts';
import { openTestDatabase } from './support/database.ts';
import { wakeWorkers } from '../src/jobs/worker.ts';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp } from '../../test/support/open-app.ts';
import { Canaries } from '../../test/support/canary.ts';
import { auditEvents } from '../../test/support/tables.ts';
import { limits } from '../src/http/limits.ts';
import { createLog } from '../src/logging/log.ts';
import type { Module } from '../src/service/module.ts';
import { performJobsCommand } from '../src/jobs/command.ts';
import { JOB_LIMIT, LINEAGE_URL } from '../src/jobs/settings.ts';
import { startJobs } from '../src/jobs/work.ts';
import { acceptDeliveries } from '../src/webhooks/route.ts';
import { performWebhooksCommand } from '../src/webhooks/command.ts';

type Fails = (tx: SystemTx, text: string) => Promise<Failed | void>;

// The ways in which a careless handler can fail with personal data in its error. (HOOK-6)
const HOW: Readonly<Record<string, Fails>> = {
  throws: async (_tx, text) => {
    throw new Error(text, { cause: new TypeError(text) });
  },
  'throws text': async (_tx, text) => {
    throw text as never;
  },
  'throws members': async (_tx, text) => {
    const members = { name: text, code: text, constraint: text, detail: text };
    throw Object.assign(new Error(`${text}\n    at ${text} (/${text}.ts:1:1)`), members);
  },
  'is refused a row': async (tx, text) => {
    await sql`insert into effect (job) values (${text})`.execute(tx.sql);
  },
  'says so': async (_tx, text) => ({ failed: text }),
  'says so for good': async (_tx, text) => ({ failed: text, final: true }),
};

const canaries = new Canaries();
const written = new EventEmitter();
const answers: string[] = [];
const statuses: number[] = [];

const { scheme } = specimenEndpoint();
const endpoint = specimenEndpoint({
  scheme: { ...scheme, headers: [...scheme.headers, 'x-kept'] },
  query: ['signed'],
  maxAttempts: 2,
  lane: ({ who }) => String(who),
  handler: (tx, { payload: { how, text } }) => HOW[String(how)]?.(tx, String(text)) as never,
});

const routes: Module['routes'] = (app, services) =>
  acceptDeliveries(app, { ...services, secrets: bothSecrets }, endpoint);

let service: TestApp;
before(async () => {
  const database = await openTestDatabase();
  service = await openApp({ database, modules: [{ id: 'specimen', routes }] });
  await database.ownerTransaction('a table for effects', makeEffects);
  await sendEverything();
  await workThrough();
});
after(() => service.close());

async function sendEverything(): Promise<void> {
  for (const how of Object.keys(HOW)) await send(messageWith({ how }));
  const id = canaries.plant('id of a conflict');
  const unreadable = canaries.plant('body that is no document');
  await send(messageOf(id, { body: unreadable }));
  await send(messageOf(id, { body: canaries.plant('other body') }));
  await send(messageWith({}, { key: NEXT }));
  await send(messageWith({}, { at: 1_000 }));
  // The error of the database quotes the refused row.
  const { database } = service;
  await asOwner(
    database,
    sql`alter table webhook_delivery add constraint broken check (false) not valid`,
  );
  await send(messageWith({}));
  await asOwner(database, sql`alter table webhook_delivery drop constraint broken`);
}

function messageWith(more: object, how: { key?: typeof NEXT; at?: number } = {}): Delivery {
  const [who, text] = [canaries.plant('name of a lane'), canaries.plant('body')];
  return messageOf(canaries.plant('signed id'), {
    body: JSON.stringify({ who, text, ...more }),
    ...how,
  });
}

async function send({ headers, body }: Delivery): Promise<void> {
  const given = [...headers].map(([name, [value]]) => [name, String(value)] as const);
  const answer = await service.app.inject({
    method: 'POST',
    url: `/webhooks/specimen?signed=${canaries.plant('query')}`,
    headers: {
      ...Object.fromEntries(given),
      'x-kept': canaries.plant('header that is kept'),
      'x-other': canaries.plant('header'),
    },
    payload: Buffer.from(body),
  });
  answers.push(JSON.stringify(answer.headers) + answer.body);
  statuses.push(answer.statusCode);
}

// A lineage receiver is configured: its events are written when the worker stops.
async function workThrough(): Promise<void> {
  const { database, lines } = service;
  const write = (line: string): void => {
    lines.push(line);
    written.emit('line');
  };
  const settings: Readonly<Record<string, unknown>> = {
    [JOB_LIMIT]: 1,
    [LINEAGE_URL]: 'http://localhost:1',
  };
  const environment = (() => settings) as TestApp['environment'];
  const worker = await startJobs({ ...service, environment }, createLog('debug', { write }), [
    webhookJob(endpoint),
  ]);
  for (;;) {
    const line = once(written, 'line');
    const waiting = sql<{ count: bigint }>`select count(*) from job where state = 'ready'`;
    if ((await asOwner(database, waiting)).rows[0]?.count === 0n) break;
    await hurry(database);
    wakeWorkers();
    await line;
  }
  await worker.close();
}

test('there is something to find: all of it was kept, and came to nothing', async () => {
  const { rows } = await asOwner(
    service.database,
    sql<{ kind: string; state: string; count: bigint }>`
      select kind, state, count(*) from job group by kind, state order by kind`,
  );
  assert.deepEqual(rows, [
    { kind: 'report-lineage', state: 'ready', count: 1n },
    { kind: 'webhook-specimen', state: 'dead', count: 7n },
  ]);
  assert.deepEqual(statuses, [...Object.keys(HOW).map(() => 202), 202, 409, 401, 403, 503]);
  assert.ok(canaries.size > 60);
});

test('no line of the log has what a delivery held, whatever became of it (HOOK-6)', () => {
  const log = service.lines.join('');
  for (const event of ['job-put-off', 'job-dead', 'webhook-conflict', 'webhook-not-kept'])
    assert.ok(log.includes(`"${event}"`), event);
  assert.deepEqual(canaries.foundIn(log), []);
  assert.doesNotMatch(log, /line-masked/);
});

test('neither an answer nor the trail nor a job has it, nor what is told of lineage (HOOK-6)', async () => {
  const jobs = await asOwner(service.database, sql<{ job: string }>`select job::text from job`);
  const trail = await auditEvents(service);
  assert.deepEqual(canaries.foundIn(JSON.stringify([answers, jobs.rows, trail])), []);
  assert.ok(trail.some(({ action }) => action.includes('bury')));
});

test('no command that lists has it, and the one that shows a delivery does (HOOK-6)', async () => {
  const actor = 'operator:test';
  const listed = [
    await performJobsCommand(service.database, { verb: 'list' }, [webhookJob(endpoint)]),
    await performJobsCommand(service.database, { verb: 'dead' }, [webhookJob(endpoint)]),
    await performWebhooksCommand(service, { verb: 'list', actor }),
    await performWebhooksCommand(service, { verb: 'dead', actor }),
  ];
  const said = listed.map((answer) => (answer.ok ? answer.value : '')).join('\n');
  assert.match(said, /unreadable-payload/);
  assert.deepEqual(canaries.foundIn(said), []);
  const [, id = ''] = /^(\d+), specimen/m.exec(said) ?? [];
  const shown = await performWebhooksCommand(service, { verb: 'show', actor, id });
  assert.ok(shown.ok && canaries.foundIn(shown.value).includes('header that is kept'));
});

const URL_PATH = '/webhooks/specimen';

// The deliveries that the route passes to the scheme for verification.
const seen: Delivery[] = [];
const recording: Scheme = {
  ...scheme,
  verify: (delivery, keys) => {
    seen.push(delivery);
    return scheme.verify(delivery, keys);
  },
};
const routedEndpoint = specimenEndpoint({ scheme: recording, query: ['signed'] });
const routedRoutes: Module['routes'] = (app, services) =>
  acceptDeliveries(app, { ...services, secrets: bothSecrets }, routedEndpoint);

let routed: TestApp;
before(async () => {
  const database = await openTestDatabase();
  routed = await openApp({ database, modules: [{ id: 'specimen', routes: routedRoutes }] });
});
after(() => routed.close());

function requestOf({ headers, body }: Delivery, url = URL_PATH) {
  const flat = Object.fromEntries([...headers].map(([name, [value]]) => [name, String(value)]));
  return { method: 'POST', url, headers: flat, payload: Buffer.from(body) } as const;
}

const deliver = (delivery: Delivery, url?: string) => routed.app.inject(requestOf(delivery, url));

test('every outcome has its status, and no body says why (CHECK-11)', async () => {
  const stale = { at: Date.now() - 301_000 };
  const large = 'a'.repeat(limits.deliveryBytes + 1);
  for (const [status, delivery] of [
    [202, messageOf('evt-1')],
    [200, messageOf('evt-1')],
    [401, messageOf('evt-1', { key: NEXT })],
    [403, messageOf('evt-2', stale)],
    [409, messageOf('evt-1', { body: '{"type":"another"}' })],
    [413, messageOf('evt-3', { body: large })],
  ] as const) {
    const answer = await deliver(delivery);
    assert.equal(answer.statusCode, status);
    if (status < 300) assert.equal(answer.body, '{}');
    else assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.doesNotMatch(answer.body, /evt|stale|signature|key|specimen/);
  }
  const text = requestOf(messageOf('evt-4'));
  text.headers['content-type'] = 'text/plain';
  const answer = await routed.app.inject(text);
  assert.deepEqual([answer.statusCode, answer.json().detail], [415, 'Send application/json.']);
  const conflicts = routed.lines.filter((line) => line.includes('"webhook-conflict"'));
  assert.equal(conflicts.length, 1);
});

test('bytes, headers and address are verified as they were sent (HOOK-1)', async () => {
  const bytes = Buffer.from([0, 255, 254, 123, 125]);
  const delivery = messageOf('evt-5');
  await deliver({ ...delivery, body: bytes }, `${URL_PATH}?signed=%7e`);
  const { body, url, method, headers } = seen.at(-1) ?? assert.fail();
  assert.deepEqual(body, bytes);
  assert.equal(url.href, 'https://service.test/webhooks/specimen?signed=%7e');
  assert.equal(method, 'POST');
  const [one] = delivery.headers.get('webhook-id') ?? [];
  assert.deepEqual(headers.get('webhook-id'), [one]);
  const twice = requestOf(delivery);
  await routed.app.inject({ ...twice, headers: { ...twice.headers, 'x-a': ['1', '2'] } } as never);
  assert.notEqual(seen.at(-1)?.headers.get('x-a'), undefined);
});

test('a delivery that names another host is verified against our own address (HOOK-1)', async () => {
  const request = requestOf(messageOf('evt-6'));
  const headers = { ...request.headers, host: 'evil.example', 'x-forwarded-host': 'evil.example' };
  await routed.app.inject({ ...request, headers });
  assert.equal(seen.at(-1)?.url.host, 'service.test');
});
