import { purgeWebhooks } from '@app/platform/webhooks/purge';
import type { Module } from '../../http/module.ts';
import { events } from './log-events.ts';

const PURGE_EVERY_MS = 10 * 60_000;

// What an endpoint keeps for a while is deleted after it, whichever process comes first.
export const purgeInBackground: NonNullable<Module['background']> = ({ database }, log) => {
  let closing = false;
  const purge = async (): Promise<void> => {
    const isAll = await database.systemTransaction('delete old webhooks', purgeWebhooks);
    if (!isAll && !closing) await purge();
  };
  const timer = setInterval(() => {
    purge().catch((error: unknown) => log.event(events.webhookPurgeFailed, { err: error }));
  }, PURGE_EVERY_MS).unref();
  return {
    close: async () => {
      closing = true;
      clearInterval(timer);
    },
  };
};
