import type { Transaction } from 'kysely';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Caller } from '../sessions/caller.ts';
import type { Database, DatabaseTarget, SystemTx, TenantTx } from './database.ts';
import { applyMigrations } from './migrate.ts';
import type { SessionPool, TransactionTold } from './sessions.ts';
import { actingAs, LOGIN_ROLE, OPERATOR_ROLE, SERVICE_ROLE, transactions } from './sessions.ts';

const waiting = new WeakMap<object, (() => void)[]>();

/**
 * Calls `call` after the transaction has committed, and never after a rollback. The transaction does not wait for it.
 */
export function afterCommit(tx: TenantTx | SystemTx, call: () => void): void {
  const calls = waiting.get(tx.sql);
  if (calls) calls.push(call);
  else waiting.set(tx.sql, [call]);
}

/** Runs the calls that wait for this transaction. The code that commits calls it. */
export function callAfterCommit(transaction: object): void {
  for (const call of waiting.get(transaction) ?? []) call();
}

/** The Database over a pool of sessions: the same code for both engines. */
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
          // Local to the transaction: a pooled session must not carry a tenant to the next transaction.
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

    // Do not use Kysely's destroy(): it leaves a pool open that never ran a statement.
    close: () => (closing ??= pool.end()),
  };
  return database;
}

// The channel costs nothing without a subscriber.
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

// An engine loads only when it is used: production never loads the embedded one.
export async function openDatabase(target: DatabaseTarget): Promise<Database> {
  switch (target.kind) {
    case 'memory': {
      const { openMemory } = await import('./embedded.ts');
      return databaseOn(target.kind, await openMemory());
    }
    case 'folder': {
      const { openFolder } = await import('./embedded.ts');
      return databaseOn(target.kind, await openFolder(target.path));
    }
    case 'server': {
      const { openServer } = await import('./server.ts');
      return databaseOn(target.kind, await openServer(target));
    }
  }
}
