import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { webhookKey, deliveryOf } from '../../platform/test/support/webhooks.ts';
import { standardWebhooks } from '@app/platform/webhooks/standard-webhooks';
import type { TestApp } from '../../test/support/build-app.ts';
import type { Received } from '../../platform/test/support/outbound.ts';
import {
  openOutboundApp,
  owner,
  publishOne,
  Receivers,
  subscribe,
  SUBSCRIBERS,
  workAll,
} from '../../platform/test/support/outbound.ts';
import type { Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';

const scheme = standardWebhooks({ prefix: 'webhook' });

let service: TestApp;
let alice: Client;
let receivers: Receivers;
before(async () => {
  service = await openOutboundApp();
  alice = await signedIn(service, { roles: ['operator'] });
});
beforeEach(async () => {
  await owner(service, 'delete from job');
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

async function sent(): Promise<readonly Received[]> {
  await workAll(service, receivers.jobs);
  return receivers.received;
}

function provenBy({ headers, body }: Received, secret: string) {
  return scheme.verify(deliveryOf(body, headers), [webhookKey('a', secret)]);
}
