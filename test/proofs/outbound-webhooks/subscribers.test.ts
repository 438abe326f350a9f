import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { IDEMPOTENCY_KEY } from '@app/platform/http/idempotency';
import type { TestApp } from '../../test/support/build-app.ts';
import type { Subscribed } from '../../platform/test/support/outbound.ts';
import {
  openOutboundApp,
  owner,
  publishOne,
  RECEIVER,
  Receivers,
  subscribe,
  SUBSCRIBERS,
  workAll,
} from '../../platform/test/support/outbound.ts';
import type { Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import {
  auditCount,
  auditEvents,
  countedIn,
  fingerprint,
  withoutTenantWall,
} from '../../test/support/tables.ts';

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
before(async () => {
  service = await openOutboundApp();
  alice = await signedIn(service, { subject: 'alice', roles: ['operator'] });
  stranger = await signedIn(service, { subject: 'alice', tenant: 'other', roles: ['operator'] });
});
beforeEach(() => owner(service, 'delete from outbound_subscriber'));
after(() => service.close());

test('an operator makes a subscriber, sees it, stops it, starts it and deletes it', async () => {
  const made = await alice.send('POST', SUBSCRIBERS, {
    url: 'HTTPS://Receiver.Example.com:443/hooks',
  });
  assert.equal(made.statusCode, 201);
  const { secret, ...subscriber } = made.json();
  assert.equal(subscriber['url'], RECEIVER);
  assert.match(String(secret), /^whsec_[A-Za-z0-9+/]{43}=$/);
  const place = String(made.headers['location']);
  assert.deepEqual((await alice.send('GET', place)).json(), subscriber);
  assert.deepEqual((await alice.send('GET', SUBSCRIBERS)).json()['subscribers'], [subscriber]);
  const stopped = (await alice.send('PUT', `${place}/disabled`)).json();
  assert.deepEqual([stopped['status'], stopped['disabledReason']], ['disabled', 'asked']);
  const started = (await alice.send('PUT', `${place}/enabled`)).json();
  assert.deepEqual([started['status'], started['disabledReason']], ['enabled', null]);
  assert.equal((await alice.send('DELETE', place)).statusCode, 204);
  assert.equal((await alice.send('GET', place)).statusCode, 404);
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

test('each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)', async () => {
  const { id } = await subscribe(alice);
  await withoutTenantWall(service, 'outbound_subscriber', async () => {
    const denied = await auditCount(service, 'denied');
    for (const [method, path] of CHANGES) {
      const payload = method === 'POST' ? { overlapHours: 24 } : undefined;
      const answer = await stranger.send(method, `${SUBSCRIBERS}/${id}${path}`, payload);
      assert.equal(answer.statusCode, 404, method + path);
    }
    assert.deepEqual((await stranger.send('GET', SUBSCRIBERS)).json()['subscribers'], []);
    assert.equal((await publishOne(service, 'other')).recipients, 0);
    // Not found at all: a policy that had to refuse would be on record.
    assert.equal(await auditCount(service, 'denied'), denied);
  });
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

test('nothing but an address is taken from a request', async () => {
  for (const extra of [{ tenant: 'other' }, { status: 'disabled' }, { secret: 'x' }, { id: 'x' }]) {
    const answer = await alice.send('POST', SUBSCRIBERS, { url: RECEIVER, ...extra });
    assert.equal(answer.statusCode, 400, JSON.stringify(extra));
  }
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

test('there are so many subscribers and keys, and no more', async () => {
  const { id } = await subscribe(alice);
  const rotate = (overlapHours: number) =>
    alice.send('POST', `${SUBSCRIBERS}/${id}/keys`, { overlapHours });
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await rotate(1)).statusCode);
  assert.deepEqual(statuses, [200, 200, 200, 409]);
  assert.equal((await rotate(0)).json<{ keys: unknown[] }>().keys.length, 1);
  for (let count = 1; count < 20; count += 1) await subscribe(alice);
  assert.equal((await alice.send('POST', SUBSCRIBERS, { url: RECEIVER })).statusCode, 409);
  assert.equal((await stranger.send('POST', SUBSCRIBERS, { url: RECEIVER })).statusCode, 201);
});

test('pages follow one another without a gap or a repeat', async () => {
  for (let count = 0; count < 5; count += 1) await subscribe(alice);
  const ids: string[] = [];
  let url: string | undefined = `${SUBSCRIBERS}?limit=2`;
  while (url !== undefined) {
    const page: Page = (await alice.send('GET', url)).json<Page>();
    ids.push(...page.subscribers.map(({ id }) => id));
    url = page.next === null ? undefined : `${SUBSCRIBERS}?limit=2&before=${page.next}`;
  }
  assert.equal(ids.length, 5);
  assert.equal(new Set(ids).size, 5);
});

interface Page {
  readonly subscribers: readonly { readonly id: string }[];
  readonly next: string | null;
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
