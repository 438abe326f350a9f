import type { Database } from '@app/platform/database';
import { sweepIdempotencyKeys } from '@app/platform/idempotency';
import { sweepRateLimits } from '@app/platform/rate-limiter';
import { events } from './log-events.ts';
import type { Api } from './module.ts';

const SWEEP_EVERY_MS = 10 * 60_000;

// What is kept for a while is deleted after it. Every process does, and it does not matter which one comes first.
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
