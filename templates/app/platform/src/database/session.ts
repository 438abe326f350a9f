import type { PostgresPool, PostgresPoolClient } from 'kysely';

/** What an engine offers Kysely: sessions that one transaction at a time may hold. */
export type SessionPool = PostgresPool;

export interface Engine {
  query(text: string, values: readonly unknown[]): Promise<unknown>;
  release(): void;
}

/**
 * One hold on a session. A statement that somebody forgot to await would otherwise run after the
 * release, inside whichever transaction, and so whichever tenant, holds the session by then.
 */
export function hold(engine: Engine): PostgresPoolClient {
  let released = false;

  const query = async (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    if (released) throw new Error('This transaction is over: a statement in it was not awaited.');
    return engine.query(text, values);
  };

  const release = (): void => {
    if (released) return;
    released = true;
    engine.release();
  };

  return { query, release } as PostgresPoolClient;
}
