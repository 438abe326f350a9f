import { sql } from 'kysely';
import type { SystemTx } from '../database/database.ts';

// A purge that took everything at once would hold its locks for as long.
const PURGED_AT_ONCE = 5_000;

/**
 * Deletes what was kept for as long as its endpoint says, and the keys that nothing is encrypted with
 * any more. True if there is no more of it. (HOOK-5)
 */
export async function purgeWebhooks(tx: SystemTx): Promise<boolean> {
  const { numAffectedRows: seen } = await sql`
    delete from webhook_seen where (endpoint, dedupe_key) in (
      select endpoint, dedupe_key from webhook_seen where expires_at <= now()
      limit ${PURGED_AT_ONCE} for update skip locked)
  `.execute(tx.sql);
  const { numAffectedRows: kept } = await sql`
    delete from webhook_delivery where id in (
      select id from webhook_delivery where retain_until <= now() limit ${PURGED_AT_ONCE})
  `.execute(tx.sql);
  // One that was made today may be about to be used.
  await sql`
    delete from webhook_data_key
    where created_at < now() - interval '2 days'
      and not exists (select from webhook_delivery where data_key = webhook_data_key.id)
  `.execute(tx.sql);
  return ![seen, kept].includes(BigInt(PURGED_AT_ONCE));
}
