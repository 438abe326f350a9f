import type { FastifyBaseLogger } from 'fastify';
import type { Sealing } from '@app/platform/audit/seal';
import { sealTrail } from '@app/platform/audit/seal';
import { events } from './http/log-events.ts';

// Until it is sealed, an event can be taken back unseen by whoever owns the database. A shorter time costs a signature
// and a line of anchors more often.
const SEAL_EVERY_MS = 5_000;

// One run at a time, so that a slow key store piles nothing up. A failed one is made up for by the next. (OBS-1)
export function startSealing(sealing: Sealing, log: FastifyBaseLogger): { close(): Promise<void> } {
  const seal = async (): Promise<void> => {
    try {
      await sealTrail(sealing);
    } catch (error) {
      log.event(events.sealingFailed, { err: error });
    }
  };
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= seal().finally(() => (running = undefined));
  }, SEAL_EVERY_MS).unref();

  return {
    close: async () => {
      clearInterval(timer);
      await running;
      await seal();
    },
  };
}
