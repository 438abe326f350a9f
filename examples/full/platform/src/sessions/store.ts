import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { CallerFacts } from '../caller.ts';
import type { SystemTx, TenantTx } from '../database.ts';
import type { NewSession } from '../sessions.ts';

// One write a minute is enough to know that a session is in use, and ends it early, never late.
const TOUCH_AFTER_SECONDS = 60;

export interface LiveSession extends Omit<CallerFacts, 'roles'> {
  readonly lastSeenAt: Date;
}

export async function insert(
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

export async function findLive(
  tx: SystemTx,
  cookieValue: string,
  now: Date,
  idleSince: Date,
): Promise<LiveSession | undefined> {
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

export async function touch(tx: SystemTx, id: string, lastSeenAt: Date, now: Date): Promise<void> {
  const unlessSince = new Date(now.getTime() - TOUCH_AFTER_SECONDS * 1000);
  if (lastSeenAt > unlessSince) return;
  // Asked again: of the requests that arrive together, only the first one writes.
  await sql`
    update session set last_seen_at = ${now} where id = ${id} and last_seen_at <= ${unlessSince}
  `.execute(tx.sql);
}

export async function end(tx: TenantTx, id: string, now: Date): Promise<void> {
  await sql`
    update session set ended_at = ${now} where id = ${id} and ended_at is null
  `.execute(tx.sql);
}

// Two who sign in together sweep different rows: neither waits for the other.
export async function sweep(tx: SystemTx, expiredBefore: Date, atMost: number): Promise<void> {
  await sql`
    delete from session
    where id in (
      select id from session where expires_at <= ${expiredBefore}
      limit ${atMost} for update skip locked
    )
  `.execute(tx.sql);
}

// At rest only the hash: a copy of the table signs nobody in. No salt or stretching is needed, as
// the value is random and too long to guess. (AUTH-9)
function hashOf(cookieValue: string): Buffer {
  return createHash('sha256').update(cookieValue, 'utf8').digest();
}
