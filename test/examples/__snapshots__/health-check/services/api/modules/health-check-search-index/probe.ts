import { sql } from 'kysely';
import type { TenantTx } from '@app/platform/database/database';

// What this check looks at: one round trip to the database, until you have something of your own to ask. Throw, or take
// longer than the budget, and the run has failed. The signal says when the budget is spent; stop then.
export async function probe({ sql: db }: TenantTx, signal: AbortSignal): Promise<void> {
  await sql`select 1`.execute(db);
  signal.throwIfAborted();
}
