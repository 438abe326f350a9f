import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Caller } from '@app/platform/sessions/caller';
import type { Database, TenantTx } from '@app/platform/database/database';
import type { Claim, KeyUse } from '@app/platform/http/idempotency-records';
import {
  claimKey,
  giveKeyBack,
  keepAnswer,
  LARGEST_ANSWER_BYTES,
  sweepIdempotencyKeys,
} from '@app/platform/http/idempotency-records';
import { callerWithoutSession } from '../../platform/test/support/specimens.ts';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';

const alice = callerWithoutSession();
const resource = { type: 'Shelf::Book', id: '1', attributes: { owner: 'alice', pages: 3 } };
const answer = { status: 201, headers: { location: '/books/1' }, body: '{"id":"1"}', resource };

let database: Database;
before(async () => {
  database = await openPlatformDatabase();
});
after(() => database.close());

test('a key is taken once, and its answer is given to whoever comes back with it', async () => {
  const use = useOf('taken-once');
  const token = await taken(use);
  assert.equal((await claim(use)).kind, 'under-way');
  assert.equal(await as(alice, (tx) => keepAnswer(tx, use, token, answer)), true);
  assert.deepEqual(await claim(use), { kind: 'replay', answer });
});

test('the same key with another request is refused, under way and answered', async () => {
  const use = useOf('reused-key');
  const token = await taken(use);
  const other = useOf('reused-key', 'something else');
  assert.equal((await claim(other)).kind, 'other-request');
  await crash(use);
  assert.equal((await claim(other)).kind, 'other-request');
  await as(alice, (tx) => keepAnswer(tx, use, token, answer));
  assert.equal((await claim(other)).kind, 'other-request');
});

test('a key belongs to its caller, tenant and route (AUTHZ-1)', async () => {
  const use = useOf('shared-key');
  const token = await taken(use);
  await as(alice, (tx) => keepAnswer(tx, use, token, answer));
  for (const facts of [{ subject: 'bob' }, { tenant: 'other' }])
    assert.equal((await claim(use, callerWithoutSession(facts))).kind, 'first');
  assert.equal((await claim({ ...use, route: 'PUT /books' })).kind, 'first');
});

test('a claim whose holder died is taken over when its lease ends, and not before', async () => {
  const use = useOf('crashed-key');
  const lost = await taken(use);
  assert.equal((await claim(use)).kind, 'under-way');
  await crash(use);
  assert.notEqual(await taken(use), lost);
  assert.equal((await claim(use)).kind, 'under-way');
});

test('whoever lost a claim can neither answer for it nor give it back', async () => {
  const use = useOf('fenced-key');
  const lost = await taken(use);
  await crash(use);
  const held = await taken(use);
  assert.equal(await as(alice, (tx) => keepAnswer(tx, use, lost, answer)), false);
  await as(alice, (tx) => giveKeyBack(tx, use, lost));
  assert.equal(await as(alice, (tx) => keepAnswer(tx, use, held, answer)), true);
  // Nor is an answer that was given written over.
  assert.equal(await as(alice, (tx) => keepAnswer(tx, use, held, answer)), false);
  await as(alice, (tx) => giveKeyBack(tx, use, held));
  assert.equal((await claim(use)).kind, 'replay');
});

test('a claim that was given back and taken again is another claim', async () => {
  const use = useOf('returned-key');
  const first = await taken(use);
  await as(alice, (tx) => giveKeyBack(tx, use, first));
  const second = await taken(useOf('returned-key', 'something else'));
  assert.equal(await as(alice, (tx) => keepAnswer(tx, use, first, answer)), false);
  assert.notEqual(second, first);
});

test('of many that come at once, one takes the key', async () => {
  const use = useOf('wanted-key');
  const claims = await Promise.all(Array.from({ length: 12 }, () => claim(use)));
  assert.equal(claims.filter(({ kind }) => kind === 'first').length, 1);
  assert.equal(claims.filter(({ kind }) => kind === 'under-way').length, 11);
});

test('of many that find a dead claim at once, one takes it over', async () => {
  const use = useOf('inherited-key');
  await taken(use);
  await crash(use);
  const claims = await Promise.all(Array.from({ length: 12 }, () => claim(use)));
  assert.equal(claims.filter(({ kind }) => kind === 'first').length, 1);
});

test('an answer that is too large for a retry is an error, and no cut answer', async () => {
  const use = useOf('large-key');
  const token = await taken(use);
  const body = 'é'.repeat(LARGEST_ANSWER_BYTES / 2 + 1);
  const keeping = as(alice, (tx) => keepAnswer(tx, use, token, { ...answer, body }));
  await assert.rejects(keeping, RangeError);
});

test('after a day the key is new, and the answer is swept away, of every tenant', async () => {
  const use = useOf('day-old-key');
  const elsewhere = callerWithoutSession({ tenant: 'elsewhere' });
  for (const caller of [alice, elsewhere]) {
    const token = await taken(use, caller);
    await as(caller, (tx) => keepAnswer(tx, use, token, answer));
  }
  const fresh = useOf('fresh-key');
  await taken(fresh);
  await age(use);
  assert.equal((await claim(useOf('day-old-key', 'something else'))).kind, 'first');
  await age(use);
  await database.systemTransaction('sweep', sweepIdempotencyKeys);
  assert.equal(await count(use), 0);
  assert.equal(await count(fresh), 1);
});

test('where no tenant is set, no answer that is still kept can be seen or deleted (AUTHZ-1)', async () => {
  const use = useOf('walled-key');
  await taken(use);
  const seen = await database.systemTransaction('a statement that forgets', async (tx) => {
    const { rows } = await sql`select 1 from idempotency_key`.execute(tx.sql);
    await sql`delete from idempotency_key`.execute(tx.sql);
    return rows.length;
  });
  assert.equal(seen, 0);
  assert.equal(await count(use), 1);
});

test('a statement that forgets the caller finds nothing of another tenant (AUTHZ-1)', async () => {
  const use = useOf('foreign-key');
  await taken(use);
  const seen = await as(callerWithoutSession({ tenant: 'nowhere' }), async (tx) => {
    const { rows } = await sql`select 1 from idempotency_key`.execute(tx.sql);
    return rows.length;
  });
  assert.equal(seen, 0);
});

function useOf(key: string, asked = 'the same'): KeyUse {
  return { route: 'POST /books', key, fingerprint: createHash('sha256').update(asked).digest() };
}

function as<T>(caller: Caller, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database.tenantTransaction(caller, work);
}

function claim(use: KeyUse, caller: Caller = alice): Promise<Claim> {
  return as(caller, (tx) => claimKey(tx, use));
}

async function taken(use: KeyUse, caller: Caller = alice): Promise<string> {
  const found = await claim(use, caller);
  assert.equal(found.kind, 'first');
  return found.kind === 'first' ? found.token : '';
}

// The holder is gone, and its lease has run out since.
function crash({ key }: KeyUse) {
  return database.ownerTransaction('let the lease end', (tx) =>
    sql`update idempotency_key set locked_until = now() where key = ${key}`.execute(tx.sql),
  );
}

function age({ key }: KeyUse) {
  return database.ownerTransaction('let a day pass', (tx) =>
    sql`
      update idempotency_key set locked_until = now() - interval '1 hour', expires_at = now()
      where key = ${key}
    `.execute(tx.sql),
  );
}

async function count({ key }: KeyUse): Promise<number> {
  const { rows } = await database.ownerTransaction('look past the wall', (tx) =>
    sql`select 1 from idempotency_key where key = ${key}`.execute(tx.sql),
  );
  return rows.length;
}
