import { randomBytes } from 'node:crypto';
import type { Acr, Caller } from './caller.ts';
import type { SystemTx, TenantTx } from './database.ts';
import { recordAudit } from './audit.ts';
import { rolesOf } from './roles.ts';
import { Secret } from './secret.ts';
import * as store from './sessions/store.ts';

// A browser left open in a café serves whoever sits down next for no longer than this. (AUTH-9)
export const SESSION_IDLE_MINUTES = 30;

// A stolen cookie that is kept warm still dies the same day. (AUTH-9)
export const SESSION_LIFETIME_HOURS = 12;

// 256 bits from the system's generator: no number of guesses finds a live session. (AUTH-9)
const COOKIE_BYTES = 32;
const COOKIE_VALUE = /^[A-Za-z0-9_-]{43}$/;

// A dead session opens nothing; whoever looks into a theft has this long to find it beside the audit trail.
export const SESSION_KEPT_HOURS = 24;

// A sign-in adds one row and removes up to this many, so the table stays small and no sign-in waits for long.
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

export interface OpenedSession {
  readonly sessionId: string;
  readonly cookieValue: Secret;
  readonly expiresAt: Date;
}

/** Starts a session under a new value, whatever the browser sent: a planted one stays worthless. */
export async function openSession(
  tx: SystemTx,
  session: NewSession,
  now: Date = new Date(),
): Promise<OpenedSession> {
  const cookieValue = randomBytes(COOKIE_BYTES).toString('base64url');
  const expiresAt = after(now, { hours: SESSION_LIFETIME_HOURS });
  await store.sweep(tx, after(now, { hours: -SESSION_KEPT_HOURS }), SWEPT_AT_ONCE);
  const sessionId = await store.insert(tx, cookieValue, session, now, expiresAt);
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

/** Whether it is worth looking for. What is none must not cost a look-up: anybody can send it. */
export function isCookieValue(text: string): boolean {
  return COOKIE_VALUE.test(text);
}

/** Who holds this cookie, if it opens a live session. The roles are read anew at every call. */
export async function callerFromSession(
  tx: SystemTx,
  cookieValue: string,
  now: Date = new Date(),
): Promise<Caller | undefined> {
  if (!isCookieValue(cookieValue)) return undefined;
  const live = await store.findLive(tx, cookieValue, now, idleSince(now));
  if (live === undefined) return undefined;

  const { lastSeenAt, ...session } = live;
  await store.touch(tx, session.sessionId, lastSeenAt, now);
  const roles = await rolesOf(tx, session);
  const facts = { ...session, roles: Object.freeze(roles), scopes: Object.freeze(session.scopes) };
  return Object.freeze(facts) as Caller;
}

/** Signs out for good: no cookie opens this session again. Whoever asked records it. (AUTH-9) */
export async function endSession(tx: TenantTx, now: Date = new Date()): Promise<void> {
  await store.end(tx, tx.caller.sessionId, now);
}

function idleSince(now: Date): Date {
  return after(now, { minutes: -SESSION_IDLE_MINUTES });
}

function after(from: Date, { hours = 0, minutes = 0 }: { hours?: number; minutes?: number }): Date {
  return new Date(from.getTime() + (hours * 60 + minutes) * 60_000);
}
