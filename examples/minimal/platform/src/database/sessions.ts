import { tracingChannel } from 'node:diagnostics_channel';
import type { PostgresPoolClient } from 'kysely';

// A statement that runs longer is a mistake or an attack on the pool: ending it frees its session.
export const STATEMENT_TIMEOUT_MS = 10_000;

// Without this limit, a few requests that wait for a locked row could hold every session.
export const LOCK_TIMEOUT_MS = 3_000;

// The server ends the transaction of a process that hangs, because it keeps its locks and stops vacuum.
export const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;

// How long a request may queue for a session before it is refused.
export const SESSION_WAIT_MS = 5_000;

// Delays before each retry of a login, while a password is being replaced.
export const SIGN_IN_WAITS_MS = [50, 200, 600] as const;

// A few replicas with pools of this size stay below PostgreSQL's default of 100 connections.
export const POOL_SIZE = 10;

// A migration may rewrite a table or wait for the migration of another replica.
export const MIGRATION_TIMEOUT_MS = 10 * 60_000;

export interface TransactionTold {
  readonly kind: 'tenant' | 'system' | 'command' | 'login';
}

export interface StatementTold {
  readonly verb: string;
}

// Subscribers see kinds and durations only. They cannot leak a statement, its values, the caller or the reason, because
// these are not published. (HOOK-6)
export const transactions = tracingChannel<unknown, TransactionTold>('app.database.transaction');
export const statements = tracingChannel<unknown, StatementTold>('app.database.statement');
export const waits = tracingChannel<unknown, object>('app.database.wait');

const VERBS: ReadonlySet<string> = new Set([
  'select',
  'insert',
  'update',
  'delete',
  'with',
  'begin',
  'commit',
  'rollback',
  'set',
]);

/** The first word of a statement, if it is a known one. */
function verbOf(text: string): string {
  const word = /^\s*([a-z]{1,10})\b/i.exec(text)?.[1]?.toLowerCase() ?? '';
  return VERBS.has(word) ? word : 'other';
}

/** The sessions of an engine. One transaction at a time holds a session. */
export interface SessionPool {
  connect(): Promise<Session>;
  end(): Promise<void>;
  /** An archive of the database, where the engine runs in this process. */
  readonly dump?: () => Promise<Blob>;
}

/** One hold on a session. */
export interface Session extends PostgresPoolClient {
  /** The same object each time the same session is held. */
  readonly identity: object;
}

export interface Engine {
  readonly identity: object;
  query(text: string, values: readonly unknown[]): Promise<unknown>;
  release(): void;
}

const LAST_WORD = /^(?:commit|rollback)$/;

/**
 * One hold on a session. Refuses statements after the end of the transaction: a statement without `await` would run
 * uncommitted, or within the next transaction, which may be another tenant's. (AUTHZ-5)
 */
export function hold(engine: Engine): Session {
  let over = false;
  let released = false;

  const query = async (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    if (over) throw new Error('This transaction is over: a statement in it was not awaited.');
    over = LAST_WORD.test(text);
    return statements.tracePromise(() => engine.query(text, values), { verb: verbOf(text) });
  };

  const release = (): void => {
    if (released) return;
    released = true;
    over = true;
    engine.release();
  };

  return { identity: engine.identity, query, release } as Session;
}

/** The role of the service. It holds what migrations grant it, and owns nothing. (AUTHZ-4) */
export const SERVICE_ROLE = 'app_api';

/** The role of operators' commands, which may change what the service must not. (AUTHZ-4) */
export const OPERATOR_ROLE = 'app_operator';

/** No role but the login itself, which owns the schema where migrations run. */
export const LOGIN_ROLE = 'none';

type Role = typeof SERVICE_ROLE | typeof OPERATOR_ROLE | typeof LOGIN_ROLE;

const acting = new WeakMap<object, Role>();

/**
 * The same sessions, acting as a database role. On a server this is a boundary, if the login is a member of that role
 * only. The embedded engine logs in as the owner, and a statement can reset the role: there it only shows missing
 * grants.
 */
export function actingAs(role: Role, pool: SessionPool): SessionPool {
  const connect: SessionPool['connect'] = async () => {
    const session = await waits.tracePromise(() => pool.connect(), {});
    try {
      // Set it once per session, because it costs a round trip.
      if ((acting.get(session.identity) ?? LOGIN_ROLE) !== role) {
        acting.delete(session.identity);
        await session.query(`set role ${role}`, []);
        acting.set(session.identity, role);
      }
      return session;
    } catch (error) {
      session.release();
      throw error;
    }
  };
  return { connect, end: () => pool.end() };
}
