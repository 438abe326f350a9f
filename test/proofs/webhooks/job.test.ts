import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import type { Endpoint } from '@app/platform/webhooks/webhooks';
import { webhookJob } from '@app/platform/webhooks/webhooks';
import { encryptionKey } from '@app/platform/keys/keys';
import { attempt } from '@app/platform/jobs/attempt';
import { asOwner, claim, effects, NEVER } from '../../platform/test/support/jobs.ts';
import {
  BODY,
  forgetWebhooks,
  messageOf,
  openWebhooksDatabase,
  receiverOf,
  specimenEndpoint,
  testKeyStore,
  written,
} from '../../platform/test/support/webhook-endpoint.ts';
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
