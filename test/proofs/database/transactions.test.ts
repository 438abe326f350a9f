import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { SystemTx, TenantTx } from '@app/platform/database/database';
import { callerWithoutSession } from '../../platform/test/support/caller.ts';
import { openTestDatabase } from '../../platform/test/support/database.ts';

const database = await openTestDatabase();
after(() => database.close());
await database.ownerTransaction('test table', (tx) =>
  sql`create table entry (name text primary key)`.execute(tx.sql),
);

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
    await assert.rejects(read('pg_terminate_backend(pg_backend_pid())'));
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

async function read(expression: string): Promise<unknown> {
  const query = sql<{ value: unknown }>`select ${sql.raw(expression)} as value`;
  const { rows } = await database.systemTransaction('test', (tx) => query.execute(tx.sql));
  return rows[0]?.value;
}
