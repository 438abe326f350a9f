import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Caller } from '../caller.ts';
import type { Database } from '../database.ts';
import type { SystemTx, TenantTx } from './transaction.ts';
import type { SessionPool } from './session.ts';
import { applyMigrations } from '../migrate.ts';

/** The Database over a pool of sessions: the same code whichever engine is behind it. */
export function databaseOn(kind: Database['kind'], pool: SessionPool): Database {
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | undefined;

  const database: Database = {
    kind,

    migrate: (folder, order) => applyMigrations(database, folder, order),

    tenantTransaction: <T>(caller: Caller, work: (tx: TenantTx) => Promise<T>) =>
      kysely.transaction().execute(async (transaction) => {
        // Local to the transaction, so that a pooled session never carries a tenant to the next one.
        await sql`select set_config('app.tenant', ${caller.tenant}, true)`.execute(transaction);
        return work({ sql: transaction, caller } as TenantTx);
      }),

    systemTransaction: async <T>(reason: string, work: (tx: SystemTx) => Promise<T>) => {
      if (reason.trim() === '') {
        throw new TypeError('A transaction without a tenant needs a reason.');
      }
      return kysely
        .transaction()
        .execute((transaction) => work({ sql: transaction, reason } as SystemTx));
    },

    ready: () =>
      sql`select 1`.execute(kysely).then(
        () => true,
        () => false,
      ),

    // Not Kysely's destroy(): it leaves a pool that never ran a statement open.
    close: () => (closing ??= pool.end()),
  };
  return database;
}
