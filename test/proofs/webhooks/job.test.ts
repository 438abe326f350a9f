import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import type { Endpoint } from '@app/platform/webhooks/webhooks';
import { webhookJob } from '@app/platform/webhooks/webhooks';
import { encryptionKey } from '@app/platform/keys/keys';
import { attempt } from '@app/platform/jobs/attempt';
import { asOwner, claim, effects, hurry, NEVER } from '../../platform/test/support/jobs.ts';
import {
  believing,
  BODY,
  forgetWebhooks,
  messageOf,
  notedSince,
  openWebhooksDatabase,
  receiverOf,
  specimenEndpoint,
  testKeyStore,
  written,
} from '../../platform/test/support/webhook-endpoint.ts';
import { deliveryOf } from '../../platform/test/support/webhooks.ts';
import { replayDelivery, showDelivery } from '@app/platform/webhooks/operate';
import { purgeWebhooks } from '@app/platform/webhooks/purge';

const database = await openWebhooksDatabase();
const keys = testKeyStore();
after(() => database.close());
beforeEach(() => forgetWebhooks(database));

async function work<Payload>(endpoint: Endpoint<Payload>): Promise<readonly string[]> {
  const job = webhookJob(endpoint);
  const claimed = await claim(database, job.kind);
  const outcomes = claimed.map((one) => attempt(database, job, { database, keys }, one, NEVER));
  return (await Promise.all(outcomes)).map(({ kind }) => kind);
}

async function firstId(): Promise<bigint> {
  const { rows } = await asOwner(
    database,
    sql<{ id: bigint }>`select id from webhook_delivery order by id`,
  );
  return rows[0]?.id ?? 0n;
}

const replay = (id: bigint) =>
  database.operatorTransaction('test', (tx) =>
    replayDelivery(tx, { id, actor: 'operator:test', ticket: 'OPS-1' }),
  );

test('what was sent is kept byte for byte, encrypted, and read on record (HOOK-5)', async () => {
  const { receive } = await receiverOf(specimenEndpoint(), { database, keys });
  const body = Buffer.from([0, 255, 254, ...Buffer.from(BODY)]).toString('latin1');
  const delivery = messageOf('evt-1', { body });
  await receive(delivery);
  const id = await firstId();
  const shown = await showDelivery({ database, keys }, 'operator:test', id);
  assert.deepEqual(shown?.raw.body, Buffer.from(delivery.body));
  assert.deepEqual(shown?.raw.headers, Object.fromEntries(delivery.headers));
  assert.equal(shown?.raw.url, delivery.url.href);
  assert.deepEqual([shown?.id, shown?.body], ['evt-1', shown?.raw.body]);
  const { rows } = await asOwner(
    database,
    sql<{ sealed: Buffer }>`select sealed from webhook_delivery`,
  );
  assert.ok(!rows[0]?.sealed.includes('thing.changed'));
  const [, event, ...more] = await notedSince(database);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [event?.action, event?.actor, event?.resource],
    ['Webhooks::Action::"read"', 'operator:test', `webhook-delivery:${id}`],
  );
});

test('what is kept of one delivery opens for no other and no other endpoint (HOOK-5)', async () => {
  const { receive } = await receiverOf(specimenEndpoint(), { database, keys });
  await receive(messageOf('evt-1'));
  const id = await firstId();
  await asOwner(database, sql`update webhook_delivery set dedupe_key = 'id:evt-2'`);
  await assert.rejects(showDelivery({ database, keys }, 'operator:test', id));
  await asOwner(database, sql`update webhook_delivery set dedupe_key = 'id:evt-1'`);
  assert.ok(await showDelivery({ database, keys }, 'operator:test', id));
  await asOwner(database, sql`update webhook_data_key set endpoint = 'other'`);
  await asOwner(database, sql`update webhook_delivery set endpoint = 'other'`);
  await assert.rejects(showDelivery({ database, keys }, 'operator:test', id));
});

test('only what the signature covers reaches the handler (HOOK-1)', async () => {
  const seen: unknown[] = [];
  const endpoint = specimenEndpoint({
    scheme: {
      ...believing(),
      verify: () => ({ keyId: 'current', id: 'a', body: Buffer.from('{"signed":1}') }),
    },
    handler: async (_tx, { id, payload, body }) => void seen.push([id, payload, String(body)]),
  });
  const { receive } = await receiverOf(endpoint, { database, keys });
  await receive(deliveryOf('{"signed":1,"unsigned":2}', {}));
  assert.deepEqual(await work(endpoint), ['done']);
  assert.deepEqual(seen, [['a', { signed: 1 }, '{"signed":1}']]);
  // The whole of it is kept beside that.
  const shown = await showDelivery({ database, keys }, 'operator:test', await firstId());
  assert.equal(String(shown?.raw.body), '{"signed":1,"unsigned":2}');
});

test('a delivery takes effect once, and a handler that failed is tried again (HOOK-3)', async () => {
  let fails = true;
  const endpoint = specimenEndpoint({
    handler: async (tx, { delivery }) => {
      await sql`insert into effect (job) values (${delivery})`.execute(tx.sql);
      if (fails) throw new Error('after the effect');
    },
  });
  const { receive } = await receiverOf(endpoint, { database, keys });
  await receive(messageOf('evt-1'));
  assert.deepEqual(await work(endpoint), ['put-off']);
  assert.deepEqual(await effects(database), []);
  fails = false;
  await hurry(database);
  assert.deepEqual(await work(endpoint), ['done']);
  await receive(messageOf('evt-1'));
  assert.deepEqual(await work(endpoint), []);
  assert.deepEqual(await effects(database), [await firstId()]);
});

test('a replay calls the handler once more, and one that waits is not doubled (HOOK-5)', async () => {
  const endpoint = specimenEndpoint();
  const { receive } = await receiverOf(endpoint, { database, keys });
  await receive(messageOf('evt-1'));
  const id = await firstId();
  assert.deepEqual(await replay(id), { ok: false, error: 'under-way' });
  assert.deepEqual(await work(endpoint), ['done']);
  const replays = await Promise.all([replay(id), replay(id), replay(id)]);
  assert.equal(replays.filter(({ ok }) => ok).length, 1);
  assert.deepEqual(await work(endpoint), ['done']);
  assert.deepEqual(await effects(database), [id, id]);
});

test('a payload that nobody understands is dead and kept, and can be replayed (HOOK-5)', async () => {
  const endpoint = specimenEndpoint();
  const { receive } = await receiverOf(endpoint, { database, keys });
  await receive(messageOf('evt-1', { body: 'no document' }));
  assert.deepEqual(await work(endpoint), ['dead']);
  const id = await firstId();
  assert.deepEqual(await replay(id), { ok: true, value: 'specimen' });
  const mended = specimenEndpoint({ parse: () => ({}) });
  assert.deepEqual(await work(mended), ['done']);
  assert.deepEqual(await effects(database), [id]);
});

test('what was kept before the encryption key was rotated is shown and acted on long after (HOOK-5)', async () => {
  let now = Date.now();
  const rotated = testKeyStore(() => now);
  // Each endpoint has a data key of its own, so that neither finds one that was opened for the other.
  const [shown, worked] = ['shown', 'worked'].map((id) => specimenEndpoint({ id })) as [
    Endpoint<Readonly<Record<string, unknown>>>,
    Endpoint<Readonly<Record<string, unknown>>>,
  ];
  for (const endpoint of [shown, worked])
    await (await receiverOf(endpoint, { database, keys: rotated })).receive(messageOf('evt-1'));
  await rotated.rotate(encryptionKey('webhooks'), 5 * 60_000);
  now += 400 * 24 * 60 * 60_000;
  const opened = await showDelivery({ database, keys: rotated }, 'operator:test', await firstId());
  assert.equal(opened?.body.toString(), BODY);
  const job = webhookJob(worked);
  const [claimed] = await claim(database, job.kind);
  assert.ok(claimed);
  const { kind } = await attempt(database, job, { database, keys: rotated }, claimed, NEVER);
  assert.equal(kind, 'done');
});

test('what is older than its endpoint keeps it goes, with the keys that nothing needs (HOOK-5)', async () => {
  const { receive } = await receiverOf(specimenEndpoint(), { database, keys });
  await receive(messageOf('evt-1'));
  const id = await firstId();
  await receive(messageOf('evt-2'));
  const purge = () => database.systemTransaction('test', purgeWebhooks);
  const old = sql`received_at = now() - interval '91 days', retain_until = now() - interval '1 day'`;
  await purge();
  assert.equal((await written(database))['kept'], 2);
  await asOwner(database, sql`update webhook_delivery set ${old} where dedupe_key = 'id:evt-1'`);
  await asOwner(database, sql`update webhook_data_key set created_at = now() - interval '91 days'`);
  assert.equal(await purge(), true);
  assert.deepEqual([(await written(database))['kept'], await countOfKeys()], [1, 1]);
  await asOwner(database, sql`update webhook_delivery set ${old}`);
  await asOwner(
    database,
    sql`update webhook_seen set seen_at = now() - interval '31 days', expires_at = now()`,
  );
  await purge();
  const { kept, seen } = await written(database);
  assert.deepEqual([kept, seen, await countOfKeys()], [0, 0, 0]);
  // A replay that comes after it, or that it came between, finds nothing, and calls no handler.
  assert.deepEqual(await replay(id), { ok: false, error: 'unknown' });
  assert.equal(await showDelivery({ database, keys }, 'operator:test', id), undefined);
  assert.deepEqual(await work(specimenEndpoint()), ['dead', 'dead']);
  assert.deepEqual(await effects(database), []);
});

async function countOfKeys(): Promise<number> {
  const { rows } = await asOwner(
    database,
    sql<{ count: bigint }>`
    select count(*) from webhook_data_key where endpoint = 'specimen'`,
  );
  return Number(rows[0]?.count);
}
