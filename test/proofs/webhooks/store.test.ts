import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { asOwner } from '../../platform/test/support/jobs.ts';
import {
  believing,
  forgetWebhooks,
  messageOf,
  openWebhooksDatabase,
  receiverOf,
  specimenEndpoint,
  testKeyStore,
  written,
} from '../../platform/test/support/webhook-endpoint.ts';
import { deliveryOf } from '../../platform/test/support/webhooks.ts';
import { dataKeys } from '@app/platform/webhooks/sealed';
import type { Row } from '@app/platform/webhooks/store';
import { keepDeliveries } from '@app/platform/webhooks/store';

const database = await openWebhooksDatabase();
const keys = testKeyStore();
const { id: dataKey } = await dataKeys(database, keys, 'specimen')();
after(() => database.close());
beforeEach(() => forgetWebhooks(database));

function row(name: string, given: Partial<Row> = {}): Row {
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
    ...given,
  };
}

const keep = (...rows: Row[]) => keepDeliveries(database, rows);

const ends = (name: string, end: string) =>
  asOwner(
    database,
    sql`update webhook_seen set seen_at = now() - interval '1 day', expires_at = ${sql.raw(end)}
        where dedupe_key = ${`id:${name}`}`,
  );

test('of one id twice in a batch the first is kept (HOOK-2)', async () => {
  const other = row('a', { fingerprint: Buffer.alloc(32) });
  assert.deepEqual(await keep(row('a'), row('a'), other, row('b')), [
    'accepted',
    'duplicate',
    'conflict',
    'accepted',
  ]);
  assert.equal((await written(database))['kept'], 2);
});

test('endpoints do not share ids (HOOK-2)', async () => {
  await keep(row('a'));
  assert.deepEqual(await keep(row('a', { endpoint: 'other' })), ['accepted']);
});

test('at the end of its window a delivery is a new one, and not before (HOOK-2)', async () => {
  await keep(row('a'), row('b'));
  await ends('a', `now() + interval '10 seconds'`);
  await ends('b', 'now()');
  assert.deepEqual(await keep(row('a'), row('b')), ['duplicate', 'accepted']);
  assert.deepEqual(await keep(row('a'), row('b')), ['duplicate', 'duplicate']);
});

test('a delivery that the database refuses fails alone, and its neighbours are kept (HOOK-3)', async () => {
  // A name of a key that a scheme made up, and that no table holds.
  const { receive } = await receiverOf(
    specimenEndpoint({
      scheme: {
        ...believing(),
        verify: ({ body }) => ({ keyId: Buffer.from(body).toString(), body }),
      },
    }),
    { database, keys },
  );
  const sent = ['one', 'two', 'not a name', 'four'].map((body) => receive(deliveryOf(body, {})));
  assert.deepEqual(
    (await Promise.all(sent)).map(({ kind }) => kind),
    ['accepted', 'accepted', 'unavailable', 'accepted'],
  );
  assert.equal((await written(database))['jobs'], 3);
});

test('many that arrive at once are each answered by what became of them (HOOK-3)', async () => {
  const { receive } = await receiverOf(specimenEndpoint(), { database, keys });
  const ids = Array.from({ length: 300 }, (_, index) => `evt-${index % 200}`);
  const outcomes = await Promise.all(ids.map((id) => receive(messageOf(id))));
  assert.equal(outcomes.filter(({ kind }) => kind === 'accepted').length, 200);
  assert.equal(outcomes.filter(({ kind }) => kind === 'duplicate').length, 100);
  assert.equal((await written(database))['jobs'], 200);
});
