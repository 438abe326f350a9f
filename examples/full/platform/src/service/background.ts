import type { FastifyBaseLogger } from 'fastify';
import type { Sealing } from '../audit/seal.ts';
import { sealTrail } from '../audit/seal.ts';
import type { Database } from '../database/database.ts';
import { sweepIdempotencyKeys } from '../http/idempotency-records.ts';
import { sweepRateLimits } from '../http/rate-limits.ts';
import { events } from '../logging/events.ts';
import type { Api } from './module.ts';

// Until an event is sealed, the database owner can delete it without a trace. A shorter interval costs more signatures
// and more anchors. (OBS-1)
const SEAL_EVERY_MS = 5_000;

const SWEEP_EVERY_MS = 10 * 60_000;

// One run at a time, so that runs do not pile up behind a slow key store. The next run seals what a failed one left.
// (OBS-1)
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

// Deletes expired rows. Every process does it, and their order does not matter.
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
