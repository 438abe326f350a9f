import { sql } from 'kysely';
import type { SystemTx } from '../database.ts';
import { recordAudit } from '../audit.ts';

// What fits a terminal and one transaction; whoever needs more asks again from the last one on.
export const LISTED_AT_MOST = 1_000;

export interface ListedEvent {
  readonly id: bigint;
  readonly recordedAt: Date;
  readonly action: string;
  readonly outcome: string;
  readonly actor: string;
  readonly tenant: string | null;
  readonly resource: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Reading the trail is on record as well: it says what everybody does. (OBS-1) */
export async function listTrail(
  tx: SystemTx,
  since: Date,
  tenant: string | undefined,
  actor: string,
): Promise<readonly ListedEvent[]> {
  const { rows } = await sql<ListedEvent>`
    select id, recorded_at as "recordedAt", action, outcome, actor, tenant, resource, detail
    from audit_event
    where recorded_at >= ${since} and coalesce(tenant, '') = coalesce(${tenant ?? null}, tenant, '')
    order by id limit ${LISTED_AT_MOST}
  `.execute(tx.sql);
  await recordAudit(tx, {
    action: 'audit.list',
    outcome: 'success',
    actor,
    tenant: tenant ?? '',
    resource: 'audit:events',
    detail: { since: since.toISOString(), count: rows.length },
  });
  return rows;
}
