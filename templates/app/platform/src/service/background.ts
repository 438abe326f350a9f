import type { FastifyBaseLogger } from 'fastify';
import type { Sealing } from '../audit/seal.ts';
import { sealTrail } from '../audit/seal.ts';
import type { Database } from '../database/database.ts';
import { sweepIdempotencyKeys } from '../http/idempotency-records.ts';
import { sweepRateLimits } from '../http/rate-limiter.ts';
import { events } from '../logging/events.ts';
import type { Api } from './module.ts';

// Until it is sealed, the owner of the database can take an event back unseen. A shorter time costs a signature and a line
// of anchors more often.
const SEAL_EVERY_MS = 5_000;

const SWEEP_EVERY_MS = 10 * 60_000;

// One run at a time, so that a slow key store does not pile runs up. The next run makes up for a failed one. (OBS-1)
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

// Deletes what is kept for a limited time. Every process does it, and any of them may come first.
export function sweepExpired(app: Api, database: Database): void {
  const timer = setInterval(() => {
    sweep(database).catch((error: unknown) => app.log.event(events.sweepFailed, { err: error }));
  }, SWEEP_EVERY_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

export async function sweep(database: Database): Promise<void> {
  await database.systemTransaction('delete what has expired', async (tx) => {
    await sweepIdempotencyKeys(tx);
    await sweepRateLimits(tx);
  });
}
