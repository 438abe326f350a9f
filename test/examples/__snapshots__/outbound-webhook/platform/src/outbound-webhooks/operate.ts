import { sql } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import { TICKET } from '../authorization/roles.ts';
import type { SystemTx } from '../database/database.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';

export interface Failing {
  readonly id: string;
  readonly tenant: string;
  readonly stream: string;
  readonly disabled_reason: string | null;
  readonly failures: number;
  readonly since: Date;
}

export const LISTED_AT_MOST = 200;

/** Those that receive nothing. Not their addresses: these are the tenant's, and may hold a secret of theirs. */
export async function listTroubled(tx: SystemTx): Promise<readonly Failing[]> {
  const { rows } = await sql<Failing>`
    select id, tenant, stream, disabled_reason, failures,
           coalesce(disabled_at, failing_since) as since
    from outbound_subscriber where failures > 0 or status = 'disabled'
    order by since, id limit ${LISTED_AT_MOST}
  `.execute(tx.sql);
  return rows;
}

export interface Decision {
  readonly id: string;
  readonly actor: string;
  readonly ticket: string;
}

export type Undecided = 'malformed-ticket' | 'unknown';

/**
 * Where a receiver complains, or somebody has us call what is not theirs. The tenant sees why, and cannot enable it: that
 * takes an operator again. (OBS-1)
 */
export async function decide(
  tx: SystemTx,
  verb: 'disable' | 'enable',
  { id, actor, ticket }: Decision,
): Promise<Result<void, Undecided>> {
  if (!TICKET.test(ticket)) return err('malformed-ticket');
  const { rows } = await (verb === 'disable' ? disabled(id) : enabled(id)).execute(tx.sql);
  const [found] = rows;
  if (!found) return err('unknown');
  await recordAudit(tx, {
    action: `OutboundWebhooks::Action::"${verb}"`,
    outcome: 'success',
    actor,
    tenant: found.tenant,
    resource: `OutboundWebhooks::Subscriber::"${id}"`,
    detail: { reason: 'service', ticket },
  });
  return ok(undefined);
}

function disabled(id: string) {
  return sql<{ tenant: string }>`
    update outbound_subscriber
    set status = 'disabled', disabled_reason = 'service', disabled_at = now(), paused_until = null
    where id = ${id} and disabled_reason is distinct from 'service'
    returning tenant`;
}

function enabled(id: string) {
  return sql<{ tenant: string }>`
    update outbound_subscriber
    set status = 'enabled', disabled_reason = null, disabled_at = null, paused_until = null,
        failures = 0, failing_since = null
    where id = ${id} and disabled_reason = 'service'
    returning tenant`;
}

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
