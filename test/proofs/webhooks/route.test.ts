import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import {
  bothSecrets,
  messageOf,
  NEXT,
  secretsOf,
  specimenEndpoint,
} from '../../platform/test/support/webhook-endpoint.ts';
import type { Delivery, Scheme } from '@app/platform/webhooks/scheme';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents, fingerprint } from '../../test/support/tables.ts';
import type { Module } from '@app/platform/service/module';
import { rateLimits } from '@app/platform/http/rate-limits';
import { acceptDeliveries } from '@app/platform/webhooks/route';

const URL_PATH = '/webhooks/specimen';

// What the route hands on, as it was verified.
const seen: Delivery[] = [];
const standard = specimenEndpoint().scheme;
const watching: Scheme = {
  ...standard,
  verify: (delivery, keys) => {
    seen.push(delivery);
    return standard.verify(delivery, keys);
  },
};

function serving(secrets = bothSecrets, given = {}): Module {
  const endpoint = specimenEndpoint({ scheme: watching, query: ['signed'], ...given });
  const routes: Module['routes'] = (app, services) =>
    acceptDeliveries(app, { ...services, secrets }, endpoint);
  return { id: 'specimen', routes };
}

const database = await openTestDatabase();
let service: TestApp;
before(async () => {
  service = await openTestApp({ database, modules: [serving()] });
});
after(() => service.close());

function requestOf({ headers, body }: Delivery, url = URL_PATH) {
  const flat = Object.fromEntries([...headers].map(([name, [value]]) => [name, String(value)]));
  return { method: 'POST', url, headers: flat, payload: Buffer.from(body) } as const;
}

const send = (delivery: Delivery, url?: string) => service.app.inject(requestOf(delivery, url));

test('a stranger makes nothing be written, not even a limit (HOOK-1)', async () => {
  const held = await rowsOf();
  for (let count = 0; count < 100; count += 1)
    assert.equal((await send(messageOf('evt-7', { key: NEXT }))).statusCode, 401);
  assert.equal((await service.app.inject({ method: 'POST', url: URL_PATH })).statusCode, 401);
  assert.deepEqual(await rowsOf(), held);
});

async function rowsOf(): Promise<object> {
  const limitsHeld = await database.ownerTransaction('look', (tx) =>
    tx.sql
      .selectFrom('rate_limit' as never)
      .selectAll()
      .execute(),
  );
  return { tables: await fingerprint(service), events: await auditEvents(service), limitsHeld };
}

test('what is refused is counted, and told when the minute or the service ends', async () => {
  const own = await openTestApp({ database: unclosed(), modules: [serving()] });
  for (let count = 0; count < 3; count += 1)
    await own.app.inject(requestOf(messageOf('evt-8', { key: NEXT })));
  await own.app.close();
  const line = own.lines.find((each) => each.includes('"webhooks-refused"')) ?? '';
  const { event, endpoint, outcome, count } = JSON.parse(line);
  assert.deepEqual(
    [event, endpoint, outcome, count],
    ['webhooks-refused', 'specimen', 'unproven', 3],
  );
});

test('who sends too often waits, before anything is verified (HOOK-1)', async (t) => {
  const delivery = { ...rateLimits.delivery, points: 2 };
  const own = await openTestApp({
    database: unclosed(),
    modules: [serving()],
    limits: { ...rateLimits, delivery },
  });
  t.after(() => own.app.close());
  const answers = [];
  for (const id of ['evt-9', 'evt-10', 'evt-11'])
    answers.push(await own.app.inject(requestOf(messageOf(id))));
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [202, 202, 429],
  );
  assert.ok(answers[2]?.headers['retry-after']);
});

test('a service with a secret that proves nothing does not start, one without it asks to try again (HOOK-1)', async (t) => {
  const empty = serving(secretsOf({ 'specimen/current': '' }));
  await assert.rejects(openTestApp({ database: unclosed(), modules: [empty] }), TypeError);
  const unset = await openTestApp({ database: unclosed(), modules: [serving(secretsOf({}))] });
  t.after(() => unset.app.close());
  const answer = await unset.app.inject(requestOf(messageOf('evt-12')));
  assert.equal(answer.statusCode, 503);
  assert.ok(unset.lines.some((line) => line.includes('"webhook-key-missing"')));
});

test('what the sender asks once is answered with what it asks, and a disabled endpoint with 403', async (t) => {
  const scheme = { ...standard, handshake: () => ({ challenge: 'abc' }) };
  const asked = await openTestApp({
    database: unclosed(),
    modules: [serving(bothSecrets, { scheme })],
  });
  t.after(() => asked.app.close());
  const answer = await asked.app.inject(requestOf(messageOf('evt-13')));
  assert.deepEqual([answer.statusCode, answer.json()], [200, { challenge: 'abc' }]);
  const off = await openTestApp({
    database: unclosed(),
    modules: [serving(bothSecrets, { keys: [] })],
  });
  t.after(() => off.app.close());
  assert.equal((await off.app.inject(requestOf(messageOf('evt-14')))).statusCode, 403);
});

test('what is of another kind is told which kind the endpoint takes', async (t) => {
  const contentTypes = ['application/x-www-form-urlencoded'];
  const forms = await openTestApp({
    database: unclosed(),
    modules: [serving(bothSecrets, { contentTypes })],
  });
  t.after(() => forms.app.close());
  const answer = await forms.app.inject(requestOf(messageOf('evt-16')));
  assert.deepEqual(
    [answer.statusCode, answer.json().detail],
    [415, 'Send application/x-www-form-urlencoded.'],
  );
});

test('a query that the sender does not add is refused', async () => {
  assert.equal((await send(messageOf('evt-15'), `${URL_PATH}?more=1`)).statusCode, 400);
});

// Several services over one database: the last one closes it.
function unclosed() {
  return { ...database, close: async () => {} };
}
