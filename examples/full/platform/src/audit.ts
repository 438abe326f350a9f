import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { ModuleEvent, PlatformEvent } from './audit/events.ts';
import type { SystemTx, TenantTx } from './database.ts';
import { cleanDetail, cleanText } from './audit/clean.ts';
import { ocsfOf } from './audit/events.ts';

export type { ModuleEvent } from './audit/events.ts';

export interface AuditEvent {
  readonly action: PlatformEvent | ModuleEvent;
  readonly outcome: 'success' | 'denied' | 'failure';
  readonly actor: string;
  /** Empty while nobody is signed in. */
  readonly tenant: string;
  readonly resource: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
  readonly policyVersion?: string;
  readonly requestId?: string;
}

/**
 * Records who did what, in the transaction that does it: either both are kept or neither is. Do not
 * catch what this throws; a change that cannot be recorded must not happen. (OBS-1)
 */
export async function recordAudit(tx: TenantTx | SystemTx, event: AuditEvent): Promise<void> {
  requireOwnName(tx, event);
  const { classUid, activityId } = ocsfOf(event.action);
  await sql`
    insert into audit_event (class_uid, activity_id, action, outcome, actor, tenant, resource,
                             detail, policy_version, request_id)
    values (${classUid}, ${activityId}, ${cleanText(event.action)}, ${event.outcome},
            ${cleanText(event.actor)}, nullif(${cleanText(event.tenant)}::text, ''),
            ${cleanText(event.resource)}, ${JSON.stringify(cleanDetail(event.detail))}::jsonb,
            ${event.policyVersion ?? null}, ${cleanOptional(event.requestId)})
  `.execute(tx.sql);
}

/**
 * The insert alone, as a part of the statement that does what it records: `with kept as (insert ...
 * returning id), noted as (${insertAudit(action, outcome, sql`select ... from kept`)})`. The rows are
 * actor, tenant, resource and detail, of names that the service gave and nobody else. (OBS-1)
 */
export function insertAudit(
  action: AuditEvent['action'],
  outcome: AuditEvent['outcome'],
  rows: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { classUid, activityId } = ocsfOf(action);
  return sql`
    insert into audit_event (class_uid, activity_id, action, outcome, actor, tenant, resource, detail)
    select ${classUid}::integer, ${activityId}::smallint, ${action}::text, ${outcome}::text, event.*
    from (${rows}) as event`;
}

// Within a caller's own transaction nobody else can have acted, and in no other tenant.
function requireOwnName(tx: TenantTx | SystemTx, event: AuditEvent): void {
  if (!('caller' in tx)) return;
  if (event.actor !== tx.caller.subject || event.tenant !== tx.caller.tenant) {
    throw new TypeError('An audit event names another actor or tenant than its transaction.');
  }
}

function cleanOptional(text: string | undefined): string | null {
  return text === undefined ? null : cleanText(text);
}
