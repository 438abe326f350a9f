import { purgeOutbound } from '@app/platform/outbound-webhooks/purge';
import type { Module } from '../../http/module.ts';
import { events } from './log-events.ts';

const PURGE_EVERY_MS = 10 * 60_000;

// What was told long ago is deleted, whichever process comes first.
export const purgeInBackground: NonNullable<Module['background']> = ({ database }, log) => {
  let closing = false;
  const purge = async (): Promise<void> => {
    const isAll = await database.systemTransaction('delete old events', purgeOutbound);
    if (!isAll && !closing) await purge();
  };
  const timer = setInterval(() => {
    purge().catch((error: unknown) => log.event(events.outboundPurgeFailed, { err: error }));
  }, PURGE_EVERY_MS).unref();
  return {
    close: async () => {
      closing = true;
      clearInterval(timer);
    },
  };
};
