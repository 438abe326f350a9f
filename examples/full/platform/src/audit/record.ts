import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { SystemTx, TenantTx } from '../database/database.ts';

interface Ocsf {
  readonly classUid: number;
  readonly activityId: number;
}

// Classes of the Open Cybersecurity Schema Framework (OCSF).
const AUTHENTICATION = 3002;
const USER_ACCESS = 3005;
const API_ACTIVITY = 6003;
const DATASTORE_ACTIVITY = 6005;
const OTHER = 99;

/** The events that the platform records. Policies name the actions of modules. (OBS-1) */
const EVENTS = {
  'session.open': { classUid: AUTHENTICATION, activityId: 1 },
  'session.end': { classUid: AUTHENTICATION, activityId: 2 },
  'App::Action::"end-session"': { classUid: AUTHENTICATION, activityId: 2 },
  'role.grant': { classUid: USER_ACCESS, activityId: 1 },
  'role.revoke': { classUid: USER_ACCESS, activityId: 2 },
  'audit.list': { classUid: API_ACTIVITY, activityId: 2 },
  'audit.verify': { classUid: API_ACTIVITY, activityId: 2 },
  'database.backup': { classUid: DATASTORE_ACTIVITY, activityId: OTHER },
  'database.restore': { classUid: DATASTORE_ACTIVITY, activityId: OTHER },
  'audit.purge': { classUid: API_ACTIVITY, activityId: 4 },
  'audit.accept-loss': { classUid: API_ACTIVITY, activityId: OTHER },
  'audit.accept-clock': { classUid: API_ACTIVITY, activityId: OTHER },
  'key.rotate': { classUid: API_ACTIVITY, activityId: 3 },
  'secret.set': { classUid: API_ACTIVITY, activityId: 3 },
} as const satisfies Readonly<Record<string, Ocsf>>;

type PlatformEvent = keyof typeof EVENTS;

/** The name of an action in the policies: `Notes::Action::"create"`. */
export type ModuleEvent = `${string}::Action::"${string}"`;

const MODULE_EVENT = /^[A-Z][A-Za-z0-9]*(?:::[A-Z][A-Za-z0-9]*)*::Action::"(?<verb>[^"\\]+)"$/;

const VERBS: Readonly<Record<string, number>> = { create: 1, read: 2, update: 3, delete: 4 };

/** The OCSF class of an event. Actions of modules are API activity; the verb decides on the activity. */
export function ocsfOf(action: PlatformEvent | ModuleEvent): Ocsf {
  if (Object.hasOwn(EVENTS, action)) return EVENTS[action as PlatformEvent];
  const verb = MODULE_EVENT.exec(action)?.groups?.['verb'];
  if (verb === undefined) throw new TypeError('An audit event is of no kind that is listed.');
  const activityId = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  return { classUid: API_ACTIVITY, activityId: activityId ?? OTHER };
}

// Long enough for any identifier, and short enough that one request cannot fill the trail.
const MAX_TEXT = 256;
const MAX_DETAILS = 32;

const DETAIL_KEY = /^[a-z][a-zA-Z0-9]{0,39}$/;

// Many people read the trail, for years. It must not contain secrets. (OBS-1)
const SECRET_KEY = /password|passphrase|secret|token|cookie|credential|authorization|privatekey/i;

type Primitive = string | number | boolean;

/**
 * Clips and replaces text instead of refusing it: an attacker who could make recording fail with a NUL byte or a long
 * name would hide refusals. (OBS-1)
 */
export function cleanText(text: string): string {
  const readable = text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
  if (readable.length <= MAX_TEXT) return readable;
  return `${readable.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
}

/** A few named facts. Any other value is a bug in the calling code, so it throws. */
export function cleanDetail(detail: Readonly<Record<string, Primitive>> = {}): object {
  const entries = Object.entries(detail);
  if (entries.length > MAX_DETAILS) throw new TypeError('An audit event has too many details.');
  return Object.fromEntries(entries.map(([key, value]) => [cleanKey(key), cleanValue(key, value)]));
}

function cleanKey(key: string): string {
  if (!DETAIL_KEY.test(key)) throw new TypeError('An audit detail needs a camelCase name.');
  if (SECRET_KEY.test(key)) throw new TypeError(`The audit detail ${key} looks like a secret.`);
  return key;
}

function cleanValue(key: string, value: unknown): Primitive {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'boolean' || Number.isFinite(value)) return value as Primitive;
  throw new TypeError(`The audit detail ${key} is no text, finite number or boolean.`);
}

export interface AuditEvent {
  readonly action: PlatformEvent | ModuleEvent;
  readonly outcome: 'success' | 'denied' | 'failure';
  readonly actor: string;
  /** Empty before sign-in. */
  readonly tenant: string;
  readonly resource: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
  readonly policyVersion?: string;
  readonly requestId?: string;
}

/**
 * Records an event in the transaction of the change: both are committed, or neither is. Do not catch its errors: a
 * change that cannot be recorded must not happen. (OBS-1)
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
 * The insert as part of the statement that makes the change: `with kept as (insert ... returning id), noted as
 * (${insertAudit(action, outcome, sql`select ... from kept`)})`. The rows are actor, tenant, resource and detail. Pass
 * names that the service made, never text from a request: nothing cleans them here. (OBS-1)
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

// In a caller's transaction, no other caller acts and no other tenant is affected.
function requireOwnName(tx: TenantTx | SystemTx, event: AuditEvent): void {
  if (!('caller' in tx)) return;
  if (event.actor !== tx.caller.subject || event.tenant !== tx.caller.tenant) {
    throw new TypeError('An audit event names another actor or tenant than its transaction.');
  }
}

function cleanOptional(text: string | undefined): string | null {
  return text === undefined ? null : cleanText(text);
}
