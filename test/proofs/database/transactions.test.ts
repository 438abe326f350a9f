import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { SystemTx, TenantTx } from '@app/platform/database/database';
import { callerWithoutSession } from '../../platform/test/support/specimens.ts';
import { openTestDatabase } from '../../platform/test/support/database.ts';

const database = await openTestDatabase();
after(() => database.close());
await database.ownerTransaction('test table', (tx) =>
  sql`create table entry (name text primary key); grant select, insert on entry to app_api`.execute(
    tx.sql,
  ),
);

const caller = callerWithoutSession({ tenant: 'acme' });

function tenantOf(tx: TenantTx | SystemTx): Promise<string | null> {
  return sql<{ tenant: string | null }>`
    select nullif(current_setting('app.tenant', true), '') as tenant
  `
    .execute(tx.sql)
    .then(({ rows }) => rows[0]?.tenant ?? null);
}

test('a tenant is a value, not SQL, whatever is in its name', async () => {
  const tenant = "x', true); drop table entry; --";
  const hostile = callerWithoutSession({ tenant });
  assert.equal(await database.tenantTransaction(hostile, tenantOf), tenant);
});

test('a failed transaction leaves a session that works', async () => {
  await assert.rejects(
    database.systemTransaction('test', (tx) => sql`select 1/0`.execute(tx.sql)),
    /division by zero/,
  );
  assert.equal(await database.ready(), true);
});

test('a connection that is lost halfway is not used again', async (t) => {
  if (database.kind !== 'server') return t.skip('the embedded engine has no connection to lose');
  for (let session = 0; session < 12; session += 1) {
    await assert.rejects(read(sql`pg_terminate_backend(pg_backend_pid())`));
    assert.equal(await database.ready(), true);
  }
});

test('sessions that the server ends while idle do no harm', async (t) => {
  if (database.kind !== 'server') return t.skip('the embedded engine has no connection to lose');
  await Promise.all(Array.from({ length: 5 }, () => database.ready()));
  await database.ownerTransaction('end every other session', async (tx) => {
    const { rows } = await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
    `.execute(tx.sql);
    assert.ok(rows.length > 0);
  });
  await sleep(50);
  assert.equal(await database.ready(), true);
});

test('closing is idempotent, and a closed database is not ready', async () => {
  const other = await openTestDatabase();
  assert.equal(await other.ready(), true);
  await Promise.all([other.close(), other.close()]);
  assert.equal(await other.ready(), false);
});

async function names(): Promise<string[]> {
  const { rows } = await database.systemTransaction('test', (tx) =>
    sql<{ name: string }>`select name from entry order by name`.execute(tx.sql),
  );
  return rows.map(({ name }) => name);
}

function add(tx: TenantTx | SystemTx, name: string) {
  return sql`insert into entry values (${name})`.execute(tx.sql);
}

function addPair(name: string): Promise<void> {
  return database.systemTransaction('test', async (tx) => {
    await add(tx, `${name}-1`);
    await sleep(5);
    await add(tx, `${name}-2`);
    if (name === 'pair-b') throw new Error('undo');
  });
}

test('a transaction without a tenant says why', async () => {
  for (const reason of ['', '  ']) {
    await assert.rejects(
      database.systemTransaction(reason, async () => 1),
      /needs a reason/,
    );
    await assert.rejects(database.systemStatement(reason, sql`select 1`), /needs a reason/);
  }
});

test('what fails is undone as a whole', async () => {
  const before = await names();
  await assert.rejects(
    database.tenantTransaction(caller, async (tx) => {
      await add(tx, 'half');
      await add(tx, 'half');
    }),
    /duplicate key/,
  );
  assert.deepEqual(await names(), before);
});

test('a server ends what runs, waits or idles too long', async (t) => {
  if (database.kind !== 'server') return t.skip('the embedded engine cannot interrupt itself');
  const settings = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  for (const setting of settings) {
    assert.notEqual(await read(sql`current_setting(${setting})`), '0');
  }
});

test('transactions at the same time do not see each other half done', async () => {
  await Promise.allSettled(['pair-a', 'pair-b', 'pair-c'].map(addPair));
  const pairs = (await names()).filter((name) => name.startsWith('pair'));
  assert.deepEqual(pairs, ['pair-a-1', 'pair-a-2', 'pair-c-1', 'pair-c-2']);
});

const readings: Record<string, unknown> = {
  '42::integer': 42,
  '0.5::float8': 0.5,
  "'2026-03-29 02:30:00+05:30'::timestamptz": new Date('2026-03-28T21:00:00.000Z'),
  true: true,
  'null::bigint': null,
  "'{}'::bigint[]": [],
  "array['1.10']::numeric[]": ['1.10'],
  "array['2026-03-29']::date[]": ['2026-03-29'],
  "array['2026-03-29 02:30:00']::timestamp[]": ['2026-03-29 02:30:00'],
};

for (const [expression, expected] of Object.entries(readings)) {
  test(`${expression} reads the same on both engines`, async () => {
    const value = await read(sql.raw(expression));
    assert.deepEqual(value, expected);
    assert.equal(Buffer.isBuffer(value), Buffer.isBuffer(expected));
  });
}

const written: [unknown, string][] = [
  [[], 'text[]'],
  [true, 'boolean'],
  [-1, 'integer'],
  [null, 'text'],
];

for (const [value, type] of written) {
  test(`a ${type} comes back as it was written`, async () => {
    assert.deepEqual(await read(sql`${value}::${sql.raw(type)}`), value);
  });
}

async function read(expression: RawBuilder<unknown>): Promise<unknown> {
  const query = sql<{ value: unknown }>`select ${expression} as value`;
  const { rows } = await database.systemTransaction('test', (tx) => query.execute(tx.sql));
  return rows[0]?.value;
}
