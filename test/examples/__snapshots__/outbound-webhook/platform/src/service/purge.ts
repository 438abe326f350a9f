import type { SystemTx } from '../database/database.ts';
import type { error, LogEvent } from '../logging/events.ts';
import type { Module } from './module.ts';

const PURGE_EVERY_MS = 10 * 60_000;

interface Purging {
  readonly reason: string;
  // Deletes so much that no request waits for it, and says whether that was all.
  readonly purge: (tx: SystemTx) => Promise<boolean>;
  readonly failed: LogEvent<{ readonly err: typeof error }>;
}

// What is kept for a while is deleted after it, whichever process comes first.
export function purgeInBackground({
  reason,
  purge,
  failed,
}: Purging): NonNullable<Module['background']> {
  return ({ database }, log) => {
    let closing = false;
    const purgeAll = async (): Promise<void> => {
      const isAll = await database.systemTransaction(reason, purge);
      if (!isAll && !closing) await purgeAll();
    };
    const timer = setInterval(() => {
      purgeAll().catch((err: unknown) => log.event(failed, { err }));
    }, PURGE_EVERY_MS).unref();
    return {
      close: async () => {
        closing = true;
        clearInterval(timer);
      },
    };
  };
}
