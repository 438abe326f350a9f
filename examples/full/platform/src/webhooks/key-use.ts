import { sql } from 'kysely';
import type { SystemTx } from '../database.ts';
import { recordAudit } from '../audit.ts';

// What a key has proven before that says little about who signs with it now.
export const USED_LATELY_HOURS = 24;

export interface KeyUse {
  readonly key: string;
  readonly count: number;
  /** When it proved the last of them. */
  readonly last: Date;
}

/** Which keys have lately proven deliveries of the endpoint, and how many. (HOOK-1) */
export async function keysUsed(
  tx: SystemTx,
  { endpoint, actor }: { readonly endpoint: string; readonly actor: string },
): Promise<readonly KeyUse[]> {
  await recordAudit(tx, {
    action: 'Webhooks::Action::"list"',
    outcome: 'success',
    actor,
    tenant: '',
    resource: `webhook-endpoint:${endpoint}`,
  });
  const { rows } = await sql<KeyUse>`
    select key_id as key, count(*)::integer as count, max(received_at) as last
    from webhook_delivery
    where endpoint = ${endpoint}
      and received_at > now() - make_interval(hours => ${USED_LATELY_HOURS}::integer)
    group by key_id
  `.execute(tx.sql);
  return rows;
}

export interface KeyChange {
  readonly endpoint: string;
  readonly change: 'begin' | 'end';
  readonly keys: readonly string[];
  readonly outcome: 'success' | 'failure';
  readonly actor: string;
  readonly ticket: string;
}

/** On record before it takes effect: who has changed whom an endpoint believes. (OBS-1) */
export function noteKeyChange(tx: SystemTx, noted: KeyChange): Promise<void> {
  const { endpoint, change, keys, outcome, actor, ticket } = noted;
  return recordAudit(tx, {
    action: `Webhooks::Action::"${change}-key"`,
    outcome,
    actor,
    tenant: '',
    resource: `webhook-endpoint:${endpoint}`,
    detail: { keys: keys.join(' '), ticket },
  });
}
