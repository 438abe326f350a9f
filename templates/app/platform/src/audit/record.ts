import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { SystemTx, TenantTx } from '../database/database.ts';

interface Ocsf {
  readonly classUid: number;
  readonly activityId: number;
}

// Classes of the Open Cybersecurity Schema Framework, so that an export needs no guessing.
const AUTHENTICATION = 3002;
const USER_ACCESS = 3005;
const API_ACTIVITY = 6003;
const DATASTORE_ACTIVITY = 6005;
const OTHER = 99;

/** What the platform itself records. Modules' actions are named by their policies. (OBS-1) */
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

/** An action as policies name it: `Notes::Action::"create"`. */
export type ModuleEvent = `${string}::Action::"${string}"`;

const MODULE_EVENT = /^[A-Z][A-Za-z0-9]*(?:::[A-Z][A-Za-z0-9]*)*::Action::"(?<verb>[^"\\]+)"$/;

const VERBS: Readonly<Record<string, number>> = { create: 1, read: 2, update: 3, delete: 4 };

/** Everything a module does is API activity; its last word says which kind. */
export function ocsfOf(action: PlatformEvent | ModuleEvent): Ocsf {
  if (Object.hasOwn(EVENTS, action)) return EVENTS[action as PlatformEvent];
  const verb = MODULE_EVENT.exec(action)?.groups?.['verb'];
  if (verb === undefined) throw new TypeError('An audit event is of no kind that is listed.');
  const activityId = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  return { classUid: API_ACTIVITY, activityId: activityId ?? OTHER };
}

// Long enough for any identifier; short enough that nobody fills the trail with one request.
const MAX_TEXT = 256;
const MAX_DETAILS = 32;

const DETAIL_KEY = /^[a-z][a-zA-Z0-9]{0,39}$/;

// The trail is kept for years and read by many. What opens a door is never written to it. (OBS-1)
const SECRET_KEY = /password|passphrase|secret|token|cookie|credential|authorization|privatekey/i;

type Primitive = string | number | boolean;

/**
 * Text as it may be stored. Clipped and replaced, not refused: an attacker who could make the
 * recording fail with a NUL byte or a long name would choose which refusals are seen.
 */
export function cleanText(text: string): string {
  const readable = text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
  if (readable.length <= MAX_TEXT) return readable;
  return `${readable.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
}

/** A few named facts. Anything else in there is a bug of the code that records, so it throws. */
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
