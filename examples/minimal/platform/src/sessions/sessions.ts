import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import type { Holder } from '../authorization/roles.ts';
import { rolesOf, TICKET } from '../authorization/roles.ts';
import type { SystemTx, TenantTx } from '../database/database.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { Secret } from '../secrets/secret.ts';
import type { Acr, Caller, CallerFacts } from './caller.ts';

// One write per minute is enough to track use. It can end a session early, never late.
const TOUCH_AFTER_SECONDS = 60;

interface LiveSession extends Omit<CallerFacts, 'roles'> {
  readonly lastSeenAt: Date;
}

async function insertSession(
  tx: SystemTx,
  cookieValue: string,
  session: NewSession,
  now: Date,
  expiresAt: Date,
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into session (cookie_hash, subject, tenant, acr, scopes, risk, confirmation_key,
                         auth_time, created_at, last_seen_at, expires_at)
    values (${hashOf(cookieValue)}, ${session.subject}, ${session.tenant}, ${session.acr},
            ${[...(session.scopes ?? [])]}::text[], ${session.risk},
            ${session.confirmationKey ?? null}, ${now}, ${now}, ${now}, ${expiresAt})
    returning id
  `.execute(tx.sql);
  const [row] = rows;
  if (row === undefined) throw new Error('An insert returned no row.');
  return row.id;
}

async function findLiveSession(
  tx: SystemTx,
  cookieValue: string,
  now: Date,
): Promise<LiveSession | undefined> {
  const idleSince = after(now, { minutes: -SESSION_IDLE_MINUTES });
  const { rows } = await sql<LiveSession>`
    select id as "sessionId", subject, tenant, acr, scopes, risk,
           confirmation_key as "confirmationKey", auth_time as "authTime",
           last_seen_at as "lastSeenAt"
    from session
    where cookie_hash = ${hashOf(cookieValue)}
      and ended_at is null
      and expires_at > ${now}
      and last_seen_at > ${idleSince}
  `.execute(tx.sql);
  return rows[0];
}

async function touchSession(tx: SystemTx, id: string, lastSeenAt: Date, now: Date): Promise<void> {
  const unlessSince = new Date(now.getTime() - TOUCH_AFTER_SECONDS * 1000);
  if (lastSeenAt > unlessSince) return;
  // The condition is repeated in SQL, so that only the first of several concurrent requests writes.
  await sql`
    update session set last_seen_at = ${now} where id = ${id} and last_seen_at <= ${unlessSince}
  `.execute(tx.sql);
}

async function markEnded(tx: TenantTx, id: string, now: Date): Promise<void> {
  await sql`
    update session set ended_at = ${now} where id = ${id} and ended_at is null
  `.execute(tx.sql);
}

// Concurrent sign-ins sweep different rows, so that neither waits for the other.
async function sweepSessions(tx: SystemTx, expiredBefore: Date, atMost: number): Promise<void> {
  await sql`
    delete from session
    where id in (
      select id from session where expires_at <= ${expiredBefore}
      limit ${atMost} for update skip locked
    )
  `.execute(tx.sql);
}

// Store only the hash: a copy of the table opens no session. The value is random and too long to guess, so it needs no
// salt or stretching. (AUTH-9)
function hashOf(cookieValue: string): Buffer {
  return createHash('sha256').update(cookieValue, 'utf8').digest();
}

// Limits how long a browser left open on a shared computer serves the next person. (AUTH-9)
export const SESSION_IDLE_MINUTES = 30;

// A stolen cookie that is kept in use still expires on the same day. (AUTH-9)
export const SESSION_LIFETIME_HOURS = 12;

// 256 bits from the secure random generator: an attacker cannot guess a live session. (AUTH-9)
const COOKIE_BYTES = 32;
const COOKIE_VALUE = /^[A-Za-z0-9_-]{43}$/;

// An expired session opens nothing. It is kept for this long so that an investigation finds it beside the audit trail.
export const SESSION_KEPT_HOURS = 24;

// A sign-in adds one row and deletes up to this many, so that the table stays small and no sign-in waits long.
const SWEPT_AT_ONCE = 100;

export interface NewSession {
  readonly subject: string;
  readonly tenant: string;
  readonly acr: Acr;
  readonly scopes?: readonly string[];
  readonly risk: number;
  readonly confirmationKey?: string;
  readonly requestId?: string;
}

interface OpenedSession {
  readonly sessionId: string;
  readonly cookieValue: Secret;
  readonly expiresAt: Date;
}

/** Creates a new value and ignores the one that the browser sent, so that session fixation fails. (AUTH-9) */
export async function openSession(
  tx: SystemTx,
  session: NewSession,
  now: Date = new Date(),
): Promise<OpenedSession> {
  const cookieValue = randomBytes(COOKIE_BYTES).toString('base64url');
  const expiresAt = after(now, { hours: SESSION_LIFETIME_HOURS });
  await sweepSessions(tx, after(now, { hours: -SESSION_KEPT_HOURS }), SWEPT_AT_ONCE);
  const sessionId = await insertSession(tx, cookieValue, session, now, expiresAt);
  await recordAudit(tx, {
    action: 'session.open',
    outcome: 'success',
    actor: session.subject,
    tenant: session.tenant,
    resource: `session:${sessionId}`,
    detail: { acr: session.acr },
    ...(session.requestId !== undefined && { requestId: session.requestId }),
  });
  return { sessionId, cookieValue: new Secret(cookieValue), expiresAt };
}

/** Whether the text has the form of a cookie value. Anyone can send other text, so it must not cost a query. */
export function isCookieValue(text: string): boolean {
  return COOKIE_VALUE.test(text);
}

/** The caller of a live session with this cookie value. The roles are read again on every request. */
export async function callerFromSession(
  tx: SystemTx,
  cookieValue: string,
  now: Date = new Date(),
): Promise<Caller | undefined> {
  if (!isCookieValue(cookieValue)) return undefined;
  const live = await findLiveSession(tx, cookieValue, now);
  if (live === undefined) return undefined;

  const { lastSeenAt, ...session } = live;
  await touchSession(tx, session.sessionId, lastSeenAt, now);
  const roles = await rolesOf(tx, session);
  const facts = { ...session, roles: Object.freeze(roles), scopes: Object.freeze(session.scopes) };
  return Object.freeze(facts) as Caller;
}

/** Ends the session for good: the cookie opens nothing afterwards. The caller of this function records it. (AUTH-9) */
export async function endSession(tx: TenantTx, now: Date = new Date()): Promise<void> {
  await markEnded(tx, tx.caller.sessionId, now);
}

function after(from: Date, { hours = 0, minutes = 0 }: { hours?: number; minutes?: number }): Date {
  return new Date(from.getTime() + (hours * 60 + minutes) * 60_000);
}

interface Ending {
  /** The user whose sessions end. Without one, every session ends. */
  readonly holder?: Holder;
  readonly actor: string;
  readonly ticket: string;
}

/** Ends sessions by an operator, for example after a cookie leaked. It takes effect with the next request. (AUTH-9) */
export async function endSessions(
  tx: SystemTx,
  { holder, actor, ticket }: Ending,
): Promise<Result<number, 'malformed-ticket'>> {
  if (!TICKET.test(ticket)) return err('malformed-ticket');
  const whose = holder ? sql`subject = ${holder.subject} and tenant = ${holder.tenant}` : sql`true`;
  const { rows } = await sql<Holder & { id: string }>`
    update session set ended_at = now() where ended_at is null and ${whose}
    returning id, subject, tenant
  `.execute(tx.sql);
  for (const { id, subject, tenant } of rows) {
    await recordAudit(tx, {
      action: 'session.end',
      outcome: 'success',
      actor,
      tenant,
      resource: `session:${id}`,
      detail: { subject, ticket },
    });
  }
  return ok(rows.length);
}
