import { randomBytes } from 'node:crypto';
import type { Acr, Caller, CallerFacts } from './caller.ts';
import type { SystemTx } from './database.ts';
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

export interface NewSession {
  readonly subject: string;
  readonly tenant: string;
  readonly acr: Acr;
  readonly scopes?: readonly string[];
  readonly risk?: number;
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
  const sessionId = await store.insert(tx, cookieValue, session, now, expiresAt);
  await recordAudit(tx, {
    ...event('session.open', session, sessionId, session.requestId),
    detail: { acr: session.acr },
  });
  return { sessionId, cookieValue: new Secret(cookieValue), expiresAt };
}

/** Who holds this cookie, if it opens a live session. The roles are read anew at every call. */
export async function callerFromSession(
  tx: SystemTx,
  cookieValue: string,
  now: Date = new Date(),
): Promise<Caller | undefined> {
  if (!COOKIE_VALUE.test(cookieValue)) return undefined;
  const live = await store.findLive(tx, cookieValue, now, idleSince(now));
  if (live === undefined) return undefined;

  const { lastSeenAt, ...session } = live;
  await store.touch(tx, session.sessionId, lastSeenAt, now);
  const roles = await rolesOf(tx, session);
  const facts = { ...session, roles: Object.freeze(roles), scopes: Object.freeze(session.scopes) };
  return Object.freeze(facts) as Caller;
}

/** Signs out for good: the row stays as a record, and no cookie opens it again. */
export async function endSession(
  tx: SystemTx,
  caller: Caller,
  requestId?: string,
  now: Date = new Date(),
): Promise<void> {
  if (!(await store.end(tx, caller.sessionId, now))) return;
  await recordAudit(tx, event('session.end', caller, caller.sessionId, requestId));
}

function event(
  action: 'session.open' | 'session.end',
  who: Pick<CallerFacts, 'subject' | 'tenant'>,
  sessionId: string,
  requestId: string | undefined,
) {
  return {
    action,
    outcome: 'success' as const,
    actor: who.subject,
    tenant: who.tenant,
    resource: `session:${sessionId}`,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function idleSince(now: Date): Date {
  return after(now, { minutes: -SESSION_IDLE_MINUTES });
}

function after(from: Date, { hours = 0, minutes = 0 }: { hours?: number; minutes?: number }): Date {
  return new Date(from.getTime() + (hours * 60 + minutes) * 60_000);
}
