import type { Engine, SessionPool } from './session.ts';
import { SESSION_WAIT_MS } from './limits.ts';
import { hold } from './session.ts';

type Turn = () => void;

/**
 * PGlite is one session. Holding it is exclusive until the release, in order of arrival: otherwise
 * the statements of two transactions would interleave, and one would commit the other's.
 */
export function oneSessionPool(
  query: Engine['query'],
  close: () => Promise<void>,
  waitMs: number = SESSION_WAIT_MS,
): SessionPool {
  const identity = {};
  const waiting: Turn[] = [];
  let held = false;
  let closed = false;

  const next = (): void => {
    const turn = waiting.shift();
    held = turn !== undefined;
    turn?.();
  };

  const connect = async () => {
    if (closed) throw new Error('The database is closed.');
    if (held) await queueUp(waiting, waitMs);
    held = true;
    return hold({ identity, query, release: next });
  };

  // Whoever holds the session finishes first: closing under a transaction would cut it in half.
  const end = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    if (held) await queueUp(waiting, waitMs).catch(() => {});
    await close();
  };

  return { connect, end };
}

function queueUp(waiting: Turn[], waitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(turn), 1);
      reject(
        new Error(
          `The embedded database has one session and it stayed busy for ${waitMs} ms. ` +
            'Is a transaction opened inside another one?',
        ),
      );
    }, waitMs);
    waiting.push(turn);
  });
}
