import { sql } from 'kysely';
import type { SystemTx } from '../database.ts';

/** An event outlives its last attempt, so that it can be found in the log beside it. */
const EVENT_KEPT_DAYS = 14;

/** Long enough to see when a subscriber began to fail. */
const LOG_KEPT_DAYS = 30;

// A purge that took everything at once would hold its locks for as long.
const PURGED_AT_ONCE = 5_000;

/** Deletes what was told long ago, and keys that sign nothing any more. True if there is no more of it. */
export async function purgeOutbound(tx: SystemTx): Promise<boolean> {
  const { numAffectedRows: events } = await sql`
    delete from outbound_event where id in (
      select id from outbound_event
      where created_at < now() - make_interval(days => ${EVENT_KEPT_DAYS})
      limit ${PURGED_AT_ONCE})
  `.execute(tx.sql);
  const { numAffectedRows: attempts } = await sql`
    delete from outbound_attempt where id in (
      select id from outbound_attempt
      where at < now() - make_interval(days => ${LOG_KEPT_DAYS})
      limit ${PURGED_AT_ONCE})
  `.execute(tx.sql);
  await sql`delete from outbound_key where ends_at < now()`.execute(tx.sql);
  return ![events, attempts].includes(BigInt(PURGED_AT_ONCE));
}
