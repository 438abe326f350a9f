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
  // Returns the resource that was authorized, so that the handler does not query it again.
  readonly decidedOn: (by: Authorized) => Found;
}

interface PublicAccess {
  readonly kind: 'public';
  readonly reason: string;
}

export type Access = AllowAccess | PublicAccess;

// `load` finds the resource within the caller's tenant; undefined answers 404. Refuse as not-found where "forbidden"
// would reveal that the resource exists. A route without an access stops the boot. (AUTHZ-5)
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

// The calls of this function are the whole unauthenticated surface. (AUTHZ-5)
export function publicAccess(reason: string): PublicAccess {
  return { kind: 'public', reason };
}

// The argument of a guarded handler: the transaction in which the policies allowed the request.
export interface Authorized {
  readonly tx: TenantTx;
  readonly caller: Caller;
  readonly action: ModuleEvent;
  readonly policyVersion: string;
  readonly requestId: string;
}

const recorded = new WeakSet<Authorized>();

// Runs in the transaction of the change, so that both commit or neither does. (OBS-1)
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
  // The reasons are the policies that forbade it. Without one, no policy permitted it.
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
