import { sql } from 'kysely';
import { callerWithoutSession } from '../../platform/test/support/caller.ts';
import type { TestApp } from './open-app.ts';

// What a statement that forgets the tenant sees of a table, on behalf of a caller of this one.
export async function countedIn({ database }: TestApp, table: string, tenant: string) {
  return database.tenantTransaction(callerWithoutSession({ tenant }), async ({ sql: db }) => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from ${sql.table(table)}
    `.execute(db);
    return rows[0]?.count;
  });
}

// With the wall down, the statements stand alone: what another tenant sees then, they let it see.
export async function withoutTenantWall(
  { database }: TestApp,
  table: string,
  work: () => Promise<void>,
): Promise<void> {
  const turn = (what: string) =>
    database.ownerTransaction(`${what} the tenant wall`, (tx) =>
      sql.raw(`alter table ${table} ${what} row level security`).execute(tx.sql),
    );
  await turn('disable');
  await work().finally(() => turn('enable'));
}
