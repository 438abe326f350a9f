import type { PostgresPoolClient } from 'kysely';
import { statements, verbOf } from './channels.ts';

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
