import { tracingChannel } from 'node:diagnostics_channel';
import type { PostgresPoolClient } from 'kysely';

export interface TransactionTold {
  readonly kind: 'tenant' | 'system' | 'command' | 'login';
}

export interface StatementTold {
  readonly verb: string;
}

// What may be watched from outside: kinds and durations. The text of a statement, its values, the
// caller and the reason are not told, so nobody who listens can repeat them. (HOOK-6)
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

/** The first word of a statement, if it is one of a few. */
export function verbOf(text: string): string {
  const word = /^\s*([a-z]{1,10})\b/i.exec(text)?.[1]?.toLowerCase() ?? '';
  return VERBS.has(word) ? word : 'other';
}

/** What an engine offers: sessions that one transaction at a time may hold. */
export interface SessionPool {
  connect(): Promise<Session>;
  end(): Promise<void>;
  /** Of an engine within this process: everything it holds, as one archive. */
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
 * One hold on a session. A statement that somebody forgot to await would otherwise run after the
 * end of its transaction: on its own, as if it had been committed, or after the release inside
 * whichever transaction, and so whichever tenant, holds the session by then.
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

/** The service itself. It holds what migrations grant it, and owns nothing. (AUTHZ-4) */
export const SERVICE_ROLE = 'app_api';

/** Commands that an operator runs: they may change what the service must not. (AUTHZ-4) */
export const OPERATOR_ROLE = 'app_operator';

/** Whoever logged in: the owner of the schema where migrations run, nobody of interest elsewhere. */
export const LOGIN_ROLE = 'none';

type Role = typeof SERVICE_ROLE | typeof OPERATOR_ROLE | typeof LOGIN_ROLE;

const acting = new WeakMap<object, Role>();

/**
 * The same sessions, acting as a database role. On a server this is a boundary, as long as the
 * login is a member of that role and of nothing more. The embedded engine logs in as its owner, and
 * whoever can send it statements can step back: there it shows a missing grant, and stops nobody.
 */
export function actingAs(role: Role, pool: SessionPool): SessionPool {
  const connect: SessionPool['connect'] = async () => {
    const session = await waits.tracePromise(() => pool.connect(), {});
    try {
      // Once a session, not once a transaction: it costs a round trip.
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
