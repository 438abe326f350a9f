import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { asOwner } from '../../platform/test/support/jobs.ts';
import {
  BODY,
  forgetWebhooks,
  messageOf,
  NEXT,
  nextKey,
  openWebhooksDatabase,
  receiverOf,
  specimenEndpoint,
  testKeyStore,
  written,
} from '../../platform/test/support/webhook-endpoint.ts';
import { Crowded } from '@app/platform/webhooks/group-commit';

const NOW = Date.UTC(2026, 10, 22);
const SECOND_MS = 1_000;
const NOTHING = { seen: 0, kept: 0, jobs: 0, noted: 0, unsealed: 0 };

const database = await openWebhooksDatabase();
const keys = testKeyStore();
after(() => database.close());
beforeEach(() => forgetWebhooks(database));

const open = (given: Parameters<typeof specimenEndpoint>[0] = {}, now = Date.now) =>
  receiverOf(specimenEndpoint(given), { database, keys, now });

const retold = (body: Uint8Array) => body.subarray(0, 10);

const handshake = () => ({ challenge: 'abc' });

const lane = ({ type }: { readonly type?: unknown }) => String(type);

test('a retry whose body the sender writes anew is none of another body (HOOK-2)', async () => {
  const { scheme } = specimenEndpoint();
  const { receive } = await open({ scheme: { ...scheme, retold } });
  await receive(messageOf('evt-1', { body: `${BODY}1` }));
  assert.deepEqual(await receive(messageOf('evt-1', { body: `${BODY}2` })), { kind: 'duplicate' });
  const other = messageOf('evt-1', { body: '{"another":1}' });
  assert.deepEqual(await receive(other), { kind: 'conflict' });
});

test('where no id is signed the same bytes are the same delivery (HOOK-2)', async () => {
  const { scheme } = specimenEndpoint();
  const verify: typeof scheme.verify = (delivery, live) => {
    const { id: _, ...signed } = scheme.verify(delivery, live) ?? { keyId: '' };
    return 'body' in signed ? signed : undefined;
  };
  const { receive } = await open({ scheme: { ...scheme, verify } });
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'accepted' });
  assert.deepEqual(await receive(messageOf('evt-2')), { kind: 'duplicate' });
  const other = messageOf('evt-1', { body: '{"type":"another"}' });
  assert.deepEqual(await receive(other), { kind: 'accepted' });
});

test('an id that no row could hold is kept by its digest, and never refused for days (HOOK-2)', async () => {
  const { scheme } = specimenEndpoint();
  const ids = ['é', 'a b', '', '\n', '\0', 'x'.repeat(257), 'x'.repeat(5_000)];
  for (const id of ids) {
    const { receive } = await open({
      scheme: { ...scheme, verify: ({ body }) => ({ keyId: 'current', id, body }) },
    });
    assert.deepEqual(await receive(messageOf('evt')), { kind: 'accepted' }, id);
    assert.deepEqual(await receive(messageOf('evt')), { kind: 'duplicate' }, id);
    const other = messageOf('evt', { body: '{"type":"another"}' });
    assert.deepEqual(await receive(other), { kind: 'conflict' }, id);
  }
  assert.equal((await written(database))['kept'], ids.length);
});

test('what is no time at all is never in time (HOOK-2)', async () => {
  const soon = { keyId: 'current', at: new Date('soon'), body: Buffer.from(BODY) };
  const { scheme } = specimenEndpoint();
  const { receive } = await open({ scheme: { ...scheme, verify: () => soon } });
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'stale' });
});

test('what was meant for one endpoint is unproven at another one with keys of its own (HOOK-1)', async () => {
  const { receive } = await open({ id: 'other', keys: [nextKey] });
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'unproven' });
  assert.deepEqual(await written(database), NOTHING);
});

test('what the sender asks for is answered once it is proven and in time, and not kept', async () => {
  const { scheme } = specimenEndpoint();
  const { receive } = await open({ scheme: { ...scheme, handshake } }, () => NOW);
  const asked = await receive(messageOf('evt-1', { at: NOW }));
  assert.deepEqual(asked, { kind: 'answered', answer: { challenge: 'abc' } });
  const unproven = await receive(messageOf('evt-1', { key: NEXT, at: NOW }));
  assert.deepEqual(unproven, { kind: 'unproven' });
  assert.deepEqual(await receive(messageOf('evt-1', { at: 1_000 })), { kind: 'stale' });
  assert.deepEqual(await written(database), NOTHING);
});

test('while a database hangs so much waits and no more, and nobody is told that it is kept (HOOK-3)', async () => {
  const errors: unknown[] = [];
  const hangs = Promise.withResolvers<void>();
  const systemStatement = () => hangs.promise.then(() => Promise.reject(new Error('gone')));
  const { receive } = await receiverOf(specimenEndpoint(), {
    database: { ...database, systemStatement },
    keys,
    notKept: (error) => errors.push(error),
  });
  const body = 'a'.repeat(1024 * 1024);
  const sent = Array.from({ length: 70 }, (_, index) =>
    receive(messageOf(`evt-${index}`, { body })),
  );
  while (errors.length === 0) await new Promise(setImmediate);
  assert.ok(errors[0] instanceof Crowded);
  hangs.resolve();
  const kinds = new Set((await Promise.all(sent)).map(({ kind }) => kind));
  assert.deepEqual(kinds, new Set(['unavailable']));
  assert.ok(errors.length === sent.length);
});

test('a key store that does not answer is asked again with the next delivery (HOOK-5)', async () => {
  let fails = true;
  const encrypt: typeof keys.encrypt = async (...given) => {
    if (fails) throw new Error('unreachable');
    return keys.encrypt(...given);
  };
  const given = { database, keys: { ...keys, encrypt } };
  const { receive } = await receiverOf(specimenEndpoint(), given);
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'unavailable' });
  fails = false;
  assert.deepEqual(await receive(messageOf('evt-1')), { kind: 'accepted' });
});

test('a data key is replaced each day, also by a clock that is set back (HOOK-5)', async () => {
  const earlier = await countOfKeys();
  let now = NOW;
  const { receive } = await open({}, () => now);
  const days = [0, 0, 1, 1, -40];
  for (const [index, day] of days.entries()) {
    now = NOW + day * 86_400 * SECOND_MS;
    assert.deepEqual(await receive(messageOf(`evt-${index}`, { at: now })), { kind: 'accepted' });
  }
  assert.equal((await countOfKeys()) - earlier, 3);
});

test('a lane is kept as a digest of what it is named by', async () => {
  const { receive } = await open({ lane });
  await receive(messageOf('evt-1'));
  await receive(messageOf('evt-2', { body: 'no document' }));
  const { rows } = await asOwner(
    database,
    sql<{ lane: string | null }>`select lane from job order by id`,
  );
  assert.match(String(rows[0]?.lane), /^webhook:specimen:[0-9a-f]{64}$/);
  assert.equal(rows[1]?.lane, null);
});

async function countOfKeys(): Promise<number> {
  const counted = sql<{ count: bigint }>`select count(*) from webhook_data_key`;
  return Number((await asOwner(database, counted)).rows[0]?.count);
}
