import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { TestApp } from '../../test/support/build-app.ts';
import {
  openOutboundApp,
  owner,
  publishOne,
  RECEIVER,
  subscribe,
  SUBSCRIBERS,
} from '../../platform/test/support/outbound.ts';
import type { Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditCount, withoutTenantWall } from '../../test/support/tables.ts';

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

test('nothing but an address is taken from a request', async () => {
  for (const extra of [{ tenant: 'other' }, { status: 'disabled' }, { secret: 'x' }, { id: 'x' }]) {
    const answer = await alice.send('POST', SUBSCRIBERS, { url: RECEIVER, ...extra });
    assert.equal(answer.statusCode, 400, JSON.stringify(extra));
  }
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
