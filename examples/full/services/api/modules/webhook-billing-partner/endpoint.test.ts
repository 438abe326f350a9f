import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { webhookJob } from '@app/platform/webhooks/webhooks';
import { attempt } from '@app/platform/jobs/attempt';
import { claim, NEVER } from '../../../../platform/test/support/jobs.ts';
import { openPlatformDatabase } from '../../../../platform/test/support/database.ts';
import {
  believing,
  receiverOf,
  secretsOf,
  testKeyStore,
} from '../../../../platform/test/support/webhook-endpoint.ts';
import { deliveryOf, testSecret } from '../../../../platform/test/support/webhooks.ts';
import { declaredKeys } from '@app/platform/webhooks/keys-file';
import { replayDelivery } from '@app/platform/webhooks/operate';
import { endpoint } from './endpoint.ts';
import { sample } from './samples.ts';

// What comes is proven here: how a sender proves it is tried beside the scheme.
const proven = { ...endpoint, scheme: believing() };
const job = webhookJob(proven);
const [key] = declaredKeys(endpoint.keys);

// Without the service around it, which each endpoint would start anew.
const modules = ['jobs', 'webhooks', 'webhook-billing-partner'];
const database = await openPlatformDatabase(...modules);
const opening = { database, keys: testKeyStore() };
after(() => database.close());

const secrets = secretsOf({ [String(key?.secret.name)]: testSecret(1).toString('hex') });
const receiver = await receiverOf(proven, { ...opening, secrets });

async function receive(body: string | Uint8Array): Promise<string> {
  return (await receiver.receive(deliveryOf(body, {}))).kind;
}

async function work(): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (const claimed of await claim(database, job.kind))
    outcomes.push((await attempt(database, job, opening, claimed, NEVER)).kind);
  return outcomes;
}

async function events(): Promise<readonly { delivery: bigint; type: string }[]> {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql<{ delivery: bigint; type: string }>`
      select delivery, type from webhook_billing_partner_event`.execute(tx.sql),
  );
  return rows;
}

test('what nobody signed is refused, and writes nothing (HOOK-1)', async () => {
  const scheme = endpoint.scheme;
  const unset = { ...opening, secrets: secretsOf({}) };
  const { receive: receiveHere } = await receiverOf(endpoint, unset);
  assert.equal((await receiveHere(deliveryOf(sample, {}))).kind, 'unavailable');
  for (const headers of [{}, Object.fromEntries(scheme.headers.map((name) => [name, 'a']))])
    assert.equal(scheme.verify(deliveryOf(sample, headers), []), undefined);
  assert.deepEqual(await events(), []);
});

test('the same delivery is accepted once and takes effect once (HOOK-2, HOOK-3, CHECK-9)', async () => {
  const kinds = await Promise.all([receive(sample), receive(sample), receive(sample)]);
  assert.deepEqual(kinds.toSorted(), ['accepted', 'duplicate', 'duplicate']);
  assert.deepEqual(await work(), ['done']);
  assert.deepEqual(await work(), []);
  const [event, ...more] = await events();
  assert.ok(event && more.length === 0);

  const ticket = { id: event.delivery, actor: 'operator:test', ticket: 'OPS-1' };
  await database.operatorTransaction('test', (tx) => replayDelivery(tx, ticket));
  assert.deepEqual(await work(), ['done']);
  assert.deepEqual(await events(), [event]);
});

test('what the handler does not understand is kept, and its job is dead', async () => {
  const earlier = await events();
  assert.equal(await receive(Buffer.of(255)), 'accepted');
  assert.deepEqual(await work(), ['dead']);
  assert.deepEqual(await events(), earlier);
});
