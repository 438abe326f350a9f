import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { attempt } from '../src/jobs/attempt.ts';
import { keyRing } from '../src/webhooks/key-ring.ts';
import { showDelivery } from '../src/webhooks/operate.ts';
import { dataKeys } from '../src/webhooks/sealed.ts';
import { sign, standardWebhooks } from '../src/webhooks/standard-webhooks.ts';
import type { Row } from '../src/webhooks/store.ts';
import { keepDeliveries } from '../src/webhooks/store.ts';
import type { Endpoint } from '../src/webhooks/webhooks.ts';
import { webhookJob } from '../src/webhooks/webhooks.ts';
import { asOwner, claim, effects, hurry, NEVER } from './support/jobs.ts';
import {
  believing,
  CURRENT,
  currentKey,
  forgetWebhooks,
  messageOf,
  NEXT,
  nextKey,
  notedSince,
  openWebhooksDatabase,
  receiverOf,
  secretsOf,
  specimenEndpoint,
  testKeyStore,
  written,
} from './support/webhook-endpoint.ts';
import { bitFlips, deliveryOf, published, webhookKey } from './support/webhooks.ts';

const FLIPS = 200;
const SEED = 2026;
const NOW = Date.UTC(2026, 10, 22);
const SECOND_MS = 1_000;
const NOTHING = { seen: 0, kept: 0, jobs: 0, noted: 0, unsealed: 0 };

const database = await openWebhooksDatabase();
const keys = testKeyStore();
after(() => database.close());
beforeEach(() => forgetWebhooks(database));

const failMissing = () => assert.fail('a secret is missing');

const open = (given: Parameters<typeof specimenEndpoint>[0] = {}, now = Date.now) =>
  receiverOf(specimenEndpoint(given), { database, keys, now });

// libraries/javascript/src/webhook.test.ts of standard-webhooks, "sign function works".
const standard = standardWebhooks({ prefix: 'webhook' });
const BODY = '{"test": 2432232314}';
const message = { id: published('msg_p5jXN8AQM9LW M0D4loKWxJek'), at: new Date(1614265330_000) };
const PUBLISHED = webhookKey('published', published('whsec_ MfKQ9r8GKYqrTwjU PD8ILPZIo2LaLaSw'));
const V1 = published('v1,g0hM9SsE+OTPJTGt /tmIKtSyZlE3uFJE LVlNIOLJ1OE=');

test('the published v1 vector is accepted, and made (HOOK-1)', () => {
  const headers = sign({ ...message, body: Buffer.from(BODY) }, [PUBLISHED]);
  assert.deepEqual(headers, {
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': V1,
  });
  assert.deepEqual(standard.verify(deliveryOf(BODY, headers), [PUBLISHED]), {
    keyId: 'published',
    ...message,
    body: Buffer.from(BODY),
  });
});

test('an empty secret, a short one and one of another kind stop the start (HOOK-1)', async () => {
  for (const secret of ['', 'short', 'x'.repeat(40), 'whsec_', 'whsec_AAAA']) {
    const ring = keyRing(
      specimenEndpoint(),
      secretsOf({ 'specimen/current': secret }),
      failMissing,
    );
    await assert.rejects(ring.load(), TypeError, secret);
  }
  const { verify, ...scheme } = specimenEndpoint().scheme;
  const { checkKey: _, ...unchecked } = scheme;
  const endpoint = specimenEndpoint({ scheme: { ...unchecked, verify } });
  const short = keyRing(endpoint, secretsOf({ 'specimen/current': 'x'.repeat(15) }), failMissing);
  await assert.rejects(short.load(), TypeError);
});

test('no bit of a delivery can be changed, and a stranger makes nothing be written (HOOK-1)', async () => {
  const { receive } = await open({}, () => NOW);
  const sample = {
    scheme: specimenEndpoint().scheme,
    keys: [CURRENT, NEXT] as const,
    signedBy: () => messageOf('evt-1', { at: NOW }),
    headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  };
  for (const delivery of bitFlips(sample, FLIPS, SEED))
    assert.deepEqual(await receive(delivery), { kind: 'unproven' });
  assert.deepEqual(await receive(messageOf('evt-1', { key: NEXT, at: NOW })), { kind: 'unproven' });
  assert.deepEqual(await receive(messageOf('evt-1', { at: 1_000 })), { kind: 'stale' });
  assert.deepEqual(await written(database), NOTHING);
});

test('during a rotation both keys are accepted, and after it the old one is not (HOOK-1)', async () => {
  let now = NOW;
  const rotated = {
    keys: [{ ...currentKey, notAfter: new Date(NOW + 60 * SECOND_MS) }, nextKey],
  };
  const { receive } = await open(rotated, () => now);
  const by = (id: string, key: typeof CURRENT) => receive(messageOf(id, { key, at: now }));
  assert.deepEqual(await by('evt-1', CURRENT), { kind: 'accepted' });
  assert.deepEqual(await by('evt-2', NEXT), { kind: 'accepted' });
  now += 60 * SECOND_MS;
  assert.deepEqual(await by('evt-3', CURRENT), { kind: 'unproven' });
  assert.deepEqual(await by('evt-4', NEXT), { kind: 'accepted' });
  const { rows } = await asOwner(
    database,
    sql<{ key_id: string }>`select key_id from webhook_delivery order by id`,
  );
  assert.deepEqual(
    rows.map(({ key_id: id }) => id),
    ['current', 'next', 'next'],
  );
});

test('an endpoint with no key in force is disabled, one whose secret is not set waits (HOOK-1)', async () => {
  const over = await open({ keys: [{ ...currentKey, notAfter: new Date(1) }] });
  assert.deepEqual(await over.receive(messageOf('evt-1')), { kind: 'disabled' });
  const none = await open({ keys: [] });
  assert.deepEqual(await none.receive(messageOf('evt-1')), { kind: 'disabled' });
  const unset = await receiverOf(specimenEndpoint(), { database, keys, secrets: secretsOf({}) });
  assert.deepEqual(await unset.receive(messageOf('evt-1')), { kind: 'unavailable' });
  assert.deepEqual(await written(database), NOTHING);
});

test('a delivery is accepted once, and its retries are duplicates (HOOK-2, CHECK-9)', async () => {
  const { receive } = await open();
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'accepted' });
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'duplicate' });
  assert.deepEqual(await receive(messageOf('evt-2')), { kind: 'accepted' });
  assert.deepEqual(await written(database), { seen: 2, kept: 2, jobs: 2, noted: 2, unsealed: 2 });
});

test('another body under a signed id is refused, and on record (HOOK-2)', async () => {
  const { receive } = await open();
  await receive(messageOf('evt-1'));
  const other = messageOf('evt-1', { body: '{"type":"another"}' });
  assert.deepEqual(await receive(other), { kind: 'conflict' });
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'duplicate' });
  const [, event, ...more] = await notedSince(database);
  assert.deepEqual(more, []);
  const { id: _, ...told } = event ?? {};
  assert.deepEqual(told, {
    action: 'Webhooks::Action::"accept"',
    outcome: 'denied',
    actor: 'webhook:specimen',
    resource: 'webhook-endpoint:specimen',
    detail: { keyId: 'current', reason: 'another-body' },
  });
});

test('a signed time may differ by 300 seconds both ways, and by no more (HOOK-2)', async () => {
  const { receive } = await open({}, () => NOW);
  for (const [seconds, kind] of [
    [-299, 'accepted'],
    [299, 'accepted'],
    [-300, 'accepted'],
    [300, 'accepted'],
    [-301, 'stale'],
    [301, 'stale'],
    [86_400, 'stale'],
  ] as const) {
    const delivery = messageOf(`evt${seconds}`, { at: NOW + seconds * SECOND_MS });
    assert.deepEqual(await receive(delivery), { kind }, `${seconds} s`);
  }
});

function row(name: string): Row {
  return {
    endpoint: 'specimen',
    dedupeKey: `id:${name}`,
    fingerprint: createHash('sha256').update(name).digest(),
    windowDays: 30,
    retainDays: 90,
    keyId: 'current',
    signedAt: undefined,
    dataKey,
    sealed: Buffer.from('sealed'),
    lane: undefined,
    maxAttempts: 3,
  };
}

const { id: dataKey } = await dataKeys(database, keys, 'specimen')();
const keep = (...rows: Row[]) => keepDeliveries(database, rows);

test('two that are given the same delivery at once accept it once (HOOK-2, CHECK-9)', async () => {
  const batches = [
    [row('a'), row('b'), row('c')],
    [row('c'), row('b'), row('a')],
    [row('b'), row('c'), row('a')],
  ];
  const kept = await Promise.all(batches.map((batch) => keep(...batch)));
  assert.equal(kept.flat().filter((each) => each === 'accepted').length, 3);
  assert.equal(kept.flat().filter((each) => each === 'duplicate').length, 6);
  assert.equal((await written(database))['kept'], 3);
});

test('a delivery, its job and its record are there together, and the record waits for its seal (HOOK-3)', async () => {
  assert.deepEqual(await keep(row('a'), row('b')), ['accepted', 'accepted']);
  assert.deepEqual(await written(database), { seen: 2, kept: 2, jobs: 2, noted: 2, unsealed: 2 });
  const { rows } = await asOwner(
    database,
    sql<{ same: boolean }>`
      select job.kind = 'webhook-specimen' and resource = 'webhook-delivery:' || delivery.id
             and detail = '{"keyId": "current"}' and actor = 'webhook:specimen' as same
      from webhook_delivery as delivery
      left join job on payload = jsonb_build_object('delivery', delivery.id::text)
      left join audit_event on resource = 'webhook-delivery:' || delivery.id`,
  );
  assert.deepEqual(rows, [{ same: true }, { same: true }]);
});

test('what was not committed is not accepted, and its retry is (HOOK-3)', async (t) => {
  const errors: unknown[] = [];
  const given = { database, keys, notKept: (error: unknown) => errors.push(error) };
  const { receive } = await receiverOf(specimenEndpoint(), given);
  await asOwner(
    database,
    sql`alter table audit_event add constraint broken check (false) not valid`,
  );
  t.after(() => asOwner(database, sql`alter table audit_event drop constraint if exists broken`));
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'unavailable' });
  assert.equal(errors.length, 1);
  assert.deepEqual(await written(database), NOTHING);
  await asOwner(database, sql`alter table audit_event drop constraint broken`);
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'accepted' });
});

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
  // The database keeps the whole delivery, with what no signature covers.
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
