import type { AuditEvent, ModuleEvent } from '../audit/record.ts';
import { recordAudit } from '../audit/record.ts';
import type { Resource } from '../authorization/decide.ts';
import type { TenantTx } from '../database/database.ts';
import type { Caller } from '../sessions/caller.ts';
import type { ProblemCode } from './problems.ts';

export type Load = (tx: TenantTx, request: never) => Promise<Resource | undefined>;

export interface AllowAccess {
  readonly kind: 'allow';
  readonly action: ModuleEvent;
  readonly load: Load;
  readonly refusedAs: ProblemCode;
}

export interface Allowed<Found extends Resource> extends AllowAccess {
  // What `load` found for this request. Answered from here, it is what was decided on, and is not read twice.
  readonly decidedOn: (by: Authorized) => Found;
}

interface PublicAccess {
  readonly kind: 'public';
  readonly reason: string;
}

export type Access = AllowAccess | PublicAccess;

// `load` finds what the request is about, inside the caller's tenant; finding nothing answers 404. Where being told
// "forbidden" would already tell that the resource exists, refuse as not-found.
export function allow<Request, Found extends Resource>(
  action: ModuleEvent,
  load: (tx: TenantTx, request: Request) => Promise<Found | undefined>,
  { refusedAs = 'forbidden' }: { refusedAs?: 'forbidden' | 'not-found' } = {},
): Allowed<Found> {
  const found = new WeakMap<TenantTx, Found>();
  return { kind: 'allow', action, load: loadAndKeep, refusedAs, decidedOn };

  async function loadAndKeep(tx: TenantTx, request: Request): Promise<Found | undefined> {
    const resource = await load(tx, request);
    if (resource) found.set(tx, resource);
    return resource;
  }

  function decidedOn({ tx }: Authorized): Found {
    const resource = found.get(tx);
    if (!resource) throw new Error('This request was decided on under another access.');
    return resource;
  }
}

// The whole unauthenticated surface: search for the calls of this function.
export function publicAccess(reason: string): PublicAccess {
  return { kind: 'public', reason };
}

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
