import type { FastifyBaseLogger } from 'fastify';
import type { Sealing } from '@app/platform/audit/seal';
import { sealTrail } from '@app/platform/audit/seal';

// Until it is sealed, an event can be taken back unseen by whoever owns the database. A shorter time costs a signature
// and a line of anchors more often.
const SEAL_EVERY_MS = 5_000;

// One run at a time: the next one waits for its turn, so that a slow key store piles nothing up. (OBS-1)
export function startSealing(sealing: Sealing, log: FastifyBaseLogger): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const seal = (): Promise<void> =>
    (running = running.then(async () => {
      await sealTrail(sealing).catch((error: unknown) => {
        log.error({ err: error, control: 'OBS-1' }, 'sealing failed');
      });
    }));
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    void seal().finally(() => (isRunning = false));
  }, SEAL_EVERY_MS).unref();

  return {
    stop: async () => {
      clearInterval(timer);
      await seal();
    },
  };
}
