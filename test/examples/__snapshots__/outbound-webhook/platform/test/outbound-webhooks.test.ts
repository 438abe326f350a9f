import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { IDEMPOTENCY_KEY } from '../src/http/idempotency.ts';
import { publish } from '../src/outbound-webhooks/stream.ts';
import { standardWebhooks } from '../src/webhooks/standard-webhooks.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import type { Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents, countedIn, fingerprint } from '../../test/support/tables.ts';
import { callerWithoutSession } from './support/specimens.ts';
import type { Received, Subscribed } from './support/outbound.ts';
import {
  letTimePass,
  openOutboundApp,
  owner,
  publishOne,
  RECEIVER,
  Receivers,
  stream,
  subscribe,
  SUBSCRIBERS,
  work,
  workAll,
} from './support/outbound.ts';
import { deliveryOf, webhookKey } from './support/webhooks.ts';

const scheme = standardWebhooks({ prefix: 'webhook' });
const NOWHERE = `${SUBSCRIBERS}/00000000-0000-4000-8000-000000000000`;
const CHANGES = [
  ['GET', ''],
  ['GET', '/attempts'],
  ['POST', '/keys'],
  ['PUT', '/enabled'],
  ['PUT', '/disabled'],
  ['DELETE', ''],
] as const;

let service: TestApp;
let alice: Client;
let stranger: Client;
let receivers: Receivers;
before(async () => {
  service = await openOutboundApp();
  alice = await signedIn(service, { subject: 'alice', roles: ['operator'] });
  stranger = await signedIn(service, { subject: 'alice', tenant: 'other', roles: ['operator'] });
});
beforeEach(async () => {
  await owner(service, 'delete from job');
  await owner(service, 'delete from outbound_event');
  await owner(service, 'delete from outbound_subscriber');
  receivers = new Receivers();
});
after(() => service.close());

test('what goes out is signed over its bytes, under the key of that subscriber alone (HOOK-1)', async () => {
  const [one, two] = [await subscribe(alice), await subscribe(alice, 'https://two.example.com/')];
  const { id } = await publishOne(service);
  const [first, second] = await sent();
  assert.ok(first && second);
  const [toOne, toTwo] = first.address.includes('two.') ? [second, first] : [first, second];
  for (const [message, own, other] of [
    [toOne, one, two],
    [toTwo, two, one],
  ] as const) {
    const signed = provenBy(message, own.secret);
    assert.equal(signed?.id, id);
    assert.ok(Math.abs((signed?.at?.getTime() ?? 0) - Date.now()) < 60_000);
    assert.equal(provenBy(message, other.secret), undefined);
    const changed = { ...message, body: Buffer.from(message.body).fill(' ', 0, 1) };
    assert.equal(provenBy(changed, own.secret), undefined);
  }
  const { timestamp, ...told } = JSON.parse(Buffer.from(toOne.body).toString());
  assert.deepEqual(told, { type: 'parcel.sent', data: { id: '1' } });
  assert.ok(Date.parse(timestamp) <= Date.now());
});

test('while one key takes over from another both sign, and then the new one alone (HOOK-1)', async () => {
  const old = await subscribe(alice);
  const rotated = await alice.send('POST', `${SUBSCRIBERS}/${old.id}/keys`, { overlapHours: 24 });
  const next = rotated.json<{ secret: string }>();
  assert.notEqual(next.secret, old.secret);
  await publishOne(service);
  const [both] = await sent();
  assert.ok(both && provenBy(both, old.secret) && provenBy(both, next.secret));

  await owner(service, 'update outbound_key set ends_at = now() where ends_at is not null');
  await publishOne(service);
  const [, alone] = await sent();
  assert.ok(alone && provenBy(alone, next.secret));
  assert.equal(provenBy(alone, old.secret), undefined);
});

test('a key that leaked ends with the rotation, where no overlap is asked for (HOOK-1)', async () => {
  const leaked = await subscribe(alice);
  await alice.send('POST', `${SUBSCRIBERS}/${leaked.id}/keys`, { overlapHours: 0 });
  await publishOne(service);
  const [message] = await sent();
  assert.ok(message);
  assert.equal(provenBy(message, leaked.secret), undefined);
});

test('a key that was copied to another row opens nothing, and nothing goes out unsigned (HOOK-1)', async () => {
  const [one, two] = [await subscribe(alice), await subscribe(alice)];
  await owner(
    service,
    `update outbound_key set sealed = (select sealed from outbound_key where subscriber = '${one.id}')
     where subscriber = '${two.id}'`,
  );
  await publishOne(service);
  assert.equal((await sent()).length, 1);
});

test('an event that is taken back is told to nobody, and one that is committed once to each (HOOK-3)', async () => {
  await subscribe(alice);
  await subscribe(alice);
  const failing = service.database.tenantTransaction(callerWithoutSession(), async (tx) => {
    await publish(tx, stream, { type: 'parcel.sent', data: { id: '1' } });
    throw new Error('taken back');
  });
  await assert.rejects(failing, /taken back/);
  await workAll(service, receivers.jobs);
  assert.deepEqual(receivers.received, []);
  assert.equal((await publishOne(service)).recipients, 2);
  await workAll(service, receivers.jobs);
  await letTimePass(service);
  await workAll(service, receivers.jobs);
  assert.equal(receivers.received.length, 2);
});

test('nobody of another tenant, of another stream or disabled is told (AUTHZ-1)', async () => {
  const { id } = await subscribe(alice);
  await subscribe(stranger);
  assert.equal((await publishOne(service)).recipients, 1);
  await alice.send('PUT', `${SUBSCRIBERS}/${id}/disabled`);
  await workAll(service, receivers.jobs);
  assert.deepEqual(receivers.received, []);
  assert.equal((await publishOne(service)).recipients, 0);
  const { recipients } = await service.database.systemTransaction('test', (tx) =>
    publish(
      tx,
      { ...stream, id: 'letters' },
      { type: 'parcel.sent', data: { id: '1' } },
      { tenant: 'other' },
    ),
  );
  assert.equal(recipients, 0);
});

test('an attempt that was cut off is made again under the same id (HOOK-3)', async () => {
  await subscribe(alice);
  await publishOne(service);
  const cutOff = receivers.jobs.map((job) => ({
    ...job,
    handler: async () => Promise.reject(new Error('the process died here')),
  }));
  await work(service, cutOff);
  await letTimePass(service);
  await workAll(service, receivers.jobs);
  const [first, again, ...more] = receivers.received;
  assert.equal(first?.headers['webhook-id'], again?.headers['webhook-id']);
  assert.deepEqual(more, []);
});

test('410 disables at once, and what waits is not sent (OBS-1)', async () => {
  const { id } = await subscribe(alice);
  receivers.answer = () => ({ status: 410 });
  await publishOne(service);
  await publishOne(service);
  await workAll(service, receivers.jobs);
  assert.equal(receivers.received.length, 1);
  await isDisabled(id, 'gone');
});

test('a member, and an operator of another tenant, cannot tell that a subscriber exists (AUTHZ-1)', async () => {
  const { id } = await subscribe(alice);
  const member = await signedIn(service, { subject: 'bob', roles: ['member'] });
  for (const client of [member, stranger])
    for (const [method, path] of CHANGES) {
      const tables = await fingerprint(service);
      const payload = method === 'POST' ? { overlapHours: 24 } : undefined;
      const refused = await client.send(method, `${SUBSCRIBERS}/${id}${path}`, payload);
      const absent = await client.send(method, `${NOWHERE}${path}`, payload);
      assert.equal(refused.statusCode, 404, method + path);
      assert.equal(withoutId(refused.body), withoutId(absent.body));
      assert.deepEqual(await fingerprint(service), tables);
    }
  assert.deepEqual((await stranger.send('GET', SUBSCRIBERS)).json()['subscribers'], []);
  for (const [method, payload] of [['GET'], ['POST', { url: RECEIVER }]] as const)
    assert.equal((await member.send(method, SUBSCRIBERS, payload)).statusCode, 403);
});

test('a statement that forgets the tenant finds nothing of another one (AUTHZ-1)', async () => {
  await subscribe(alice);
  await publishOne(service);
  await workAll(service, new Receivers().jobs);
  for (const table of ['subscriber', 'key', 'event', 'attempt']) {
    assert.equal(await countedIn(service, `outbound_${table}`, 'nowhere'), 0, table);
    assert.notEqual(await countedIn(service, `outbound_${table}`, 'acme'), 0, table);
  }
});

test('an address that a guard would refuse is not even kept (HOOK-4)', async () => {
  for (const url of [
    'http://receiver.example.com/',
    'https://receiver.example.com:8443/',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://localhost/',
    ['https://alice', 'word@receiver.example.com/'].join(':'),
    'ftp://receiver.example.com/',
  ])
    assert.equal((await alice.send('POST', SUBSCRIBERS, { url })).statusCode, 400, url);
  assert.equal(await countedIn(service, 'outbound_subscriber', 'acme'), 0);
});

test('a secret is told once, and stands in no log, no trail and no table (HOOK-6)', async () => {
  const key = { [IDEMPOTENCY_KEY]: '"subscribe-once"' };
  const made = await alice.send('POST', SUBSCRIBERS, { url: RECEIVER }, key);
  const { id, secret } = made.json<Subscribed>();
  const again = await alice.send('POST', SUBSCRIBERS, { url: RECEIVER }, key);
  assert.deepEqual(again.json(), { ...made.json(), secret: null });
  const rotated = (
    await alice.send('POST', `${SUBSCRIBERS}/${id}/keys`, { overlapHours: 24 })
  ).json<Subscribed>();
  await publishOne(service);
  await workAll(service, new Receivers().jobs);
  const kept = [service.lines.join(''), await dump()].join('');
  assert.match(kept, /receiver\.example\.com/);
  for (const told of [secret, rotated.secret]) {
    const bytes = Buffer.from(told.slice('whsec_'.length), 'base64');
    for (const form of [told, told.slice(6, -1), bytes.toString('hex')])
      assert.ok(!kept.includes(form) && !kept.includes(Buffer.from(form).toString('hex')));
  }
});

test('the trail names the subscriber, and never its address (OBS-1)', async () => {
  const { id } = await subscribe(alice);
  await alice.send('POST', `${SUBSCRIBERS}/${id}/keys`, { overlapHours: 24 });
  await alice.send('DELETE', `${SUBSCRIBERS}/${id}`);
  const events = (await auditEvents(service)).slice(-3);
  assert.deepEqual(
    events.map(({ action, resource }) => [action, resource]),
    ['create', 'rotate-key', 'delete'].map((verb) => [
      `OutboundWebhooks::Action::"${verb}"`,
      `OutboundWebhooks::Subscriber::"${id}"`,
    ]),
  );
  assert.doesNotMatch(JSON.stringify(await auditEvents(service)), /receiver\.example|whsec_/);
});

async function sent(): Promise<readonly Received[]> {
  await workAll(service, receivers.jobs);
  return receivers.received;
}

function provenBy({ headers, body }: Received, secret: string) {
  return scheme.verify(deliveryOf(body, headers), [webhookKey('a', secret)]);
}

async function isDisabled(id: string, reason: string): Promise<void> {
  const { status, disabledReason, disabledAt } = (
    await alice.send('GET', `${SUBSCRIBERS}/${id}`)
  ).json();
  assert.deepEqual([status, disabledReason], ['disabled', reason]);
  assert.ok(Date.parse(String(disabledAt)) <= Date.now() + 1_000);
  const resource = `OutboundWebhooks::Subscriber::"${id}"`;
  const noted = (await auditEvents(service)).filter((event) => event.resource === resource);
  const { action, actor, detail } = noted.at(-1) ?? {};
  assert.equal(action, 'OutboundWebhooks::Action::"disable"');
  assert.deepEqual([actor, detail], ['system:worker', { reason }]);
}

async function dump(): Promise<string> {
  const tables = await owner<{ name: string }>(
    service,
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await owner<{ text: string }>(service, `select t::text from "${name}" as t`);
    texts.push(JSON.stringify(rows));
  }
  return texts.join('');
}

function withoutId(body: string): string {
  return body.replace(/"requestId":"[^"]+"/, '');
}
