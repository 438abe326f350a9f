import type { AuditEvent, ModuleEvent } from '@app/platform/audit';
import { recordAudit } from '@app/platform/audit';
import type { Caller } from '@app/platform/caller';
import type { TenantTx } from '@app/platform/database';

// What a handler works with: a transaction that exists only because the policies said yes within it.
export interface Authorized {
  readonly tx: TenantTx;
  readonly caller: Caller;
  readonly action: ModuleEvent;
  readonly policyVersion: string;
  readonly requestId: string;
}

const recorded = new WeakSet<Authorized>();

// In the change's own transaction: either both are there afterwards or neither. (OBS-1)
export async function recordChange(
  by: Authorized,
  resource: string,
  detail: AuditEvent['detail'] = {},
): Promise<void> {
  await recordAudit(by.tx, { ...who(by), outcome: 'success', resource, detail });
  recorded.add(by);
}

export async function recordRefusal(
  by: Authorized,
  resource: string,
  reasons: readonly string[],
): Promise<void> {
  // No reason means that nothing permitted it; otherwise these are the policies that forbade it.
  const detail = { reasons: reasons.join(' ') || 'no policy permits this' };
  await recordAudit(by.tx, { ...who(by), outcome: 'denied', resource, detail });
}

export function hasRecordedChange(by: Authorized): boolean {
  return recorded.has(by);
}

export function entityText(type: string, id: string): string {
  return `${type}::${JSON.stringify(id)}`;
}

function who({ action, caller, policyVersion, requestId }: Authorized) {
  return { action, actor: caller.subject, tenant: caller.tenant, policyVersion, requestId };
}
