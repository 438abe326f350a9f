import type { Transaction } from 'kysely';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Caller } from '../caller.ts';
import type { Database } from '../database.ts';
import type { SystemTx, TenantTx } from './transaction.ts';
import type { SessionPool } from './session.ts';
import { applyMigrations } from '../migrate.ts';
import type { TransactionTold } from './channels.ts';
import { transactions } from './channels.ts';
import { callAfterCommit } from './after-commit.ts';
import { actingAs, LOGIN_ROLE, OPERATOR_ROLE, SERVICE_ROLE } from './acting-as.ts';

/** The Database over a pool of sessions: the same code whichever engine is behind it. */
export function databaseOn(kind: Database['kind'], pool: SessionPool): Database {
  const service = kyselyOn(actingAs(SERVICE_ROLE, pool));
  const operator = kyselyOn(actingAs(OPERATOR_ROLE, pool));
  const login = kyselyOn(actingAs(LOGIN_ROLE, pool));
  let closing: Promise<void> | undefined;

  const database: Database = {
    kind,

    migrate: (folder, order) => applyMigrations(database, folder, order),

    tenantTransaction: <T>(caller: Caller, work: (tx: TenantTx) => Promise<T>) =>
      told('tenant', () =>
        committing(service, async (transaction) => {
          // Local to the transaction, so that a pooled session never carries a tenant to the next one.
          await sql`select set_config('app.tenant', ${caller.tenant}, true)`.execute(transaction);
          return work({ sql: transaction, caller } as TenantTx);
        }),
      ),

    systemTransaction: (reason, work) => told('system', () => withReason(service, reason, work)),
    systemStatement: (reason, statement) =>
      told('system', async () => {
        requireReason(reason);
        return (await statement.execute(service)).rows;
      }),
    operatorTransaction: (reason, work) =>
      told('command', () => withReason(operator, reason, work)),
    ownerTransaction: (reason, work) => told('login', () => withReason(login, reason, work)),

    ready: () =>
      sql`select 1`.execute(service).then(
        () => true,
        () => false,
      ),

    ...(pool.dump && { dump: pool.dump }),

    // Not Kysely's destroy(): it leaves a pool that never ran a statement open.
    close: () => (closing ??= pool.end()),
  };
  return database;
}

// Costs nothing while nobody listens.
function told<T>(kind: TransactionTold['kind'], work: () => Promise<T>): Promise<T> {
  return transactions.tracePromise(work, { kind });
}

function kyselyOn(pool: SessionPool): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
}

async function withReason<T>(
  kysely: Kysely<unknown>,
  reason: string,
  work: (tx: SystemTx) => Promise<T>,
): Promise<T> {
  requireReason(reason);
  return committing(kysely, (transaction) => work({ sql: transaction, reason } as SystemTx));
}

function requireReason(reason: string): void {
  if (reason.trim() === '') throw new TypeError('A transaction without a tenant needs a reason.');
}

async function committing<T>(
  kysely: Kysely<unknown>,
  work: (transaction: Transaction<unknown>) => Promise<T>,
): Promise<T> {
  const { begun, result } = await kysely
    .transaction()
    .execute(async (transaction) => ({ begun: transaction, result: await work(transaction) }));
  callAfterCommit(begun);
  return result;
}
