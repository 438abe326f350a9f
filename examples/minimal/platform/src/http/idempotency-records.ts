import { sql } from 'kysely';
import type { Resource } from '../authorization/decide.ts';
import type { SystemTx, TenantTx } from '../database/database.ts';

// A process that dies leaves its claim behind, and a retry waits for this long. Handlers and idle transactions time out
// earlier, so that no live request outlasts its lease.
export const LEASE_SECONDS = 30;

// After a day the key is new again. Answers are not stored for longer than retries need.
export const KEPT_HOURS = 24;

// Enough for an answer about one resource. Without a limit a caller could fill the disk.
export const LARGEST_ANSWER_BYTES = 256 * 1024;

/** One use of a key by the caller of the transaction. The same key of another caller is another use. */
export interface KeyUse {
  readonly route: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The resource that the caller was authorized for. */
  readonly resource: Resource;
}

export type Claim =
  | { readonly kind: 'first'; readonly token: string }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  | { readonly kind: 'under-way' }
  | { readonly kind: 'other-request' };

/**
 * Claims the key, or returns its state. Commit this before the work starts, so that a concurrent
 * duplicate finds the claim.
 */
export async function claimKey(tx: TenantTx, use: KeyUse): Promise<Claim> {
  const { rows } = await sql<{ claim: string }>`
    insert into idempotency_key as held
      (tenant, subject, route, key, fingerprint, locked_until, expires_at)
    values (${tx.caller.tenant}, ${tx.caller.subject}, ${use.route}, ${use.key},
            ${use.fingerprint}, now() + make_interval(secs => ${LEASE_SECONDS}), ${expiry()})
    on conflict (tenant, subject, route, key) do update
      set fingerprint = excluded.fingerprint, claim = excluded.claim,
          locked_until = excluded.locked_until, expires_at = excluded.expires_at,
          status = null, headers = null, body = null, resource = null
      where held.expires_at <= now()
         or (held.status is null and held.locked_until <= now()
             and held.fingerprint = excluded.fingerprint)
    returning claim
  `.execute(tx.sql);
  const [taken] = rows;
  return taken ? { kind: 'first', token: taken.claim } : whatBecameOf(tx, use);
}

type Held = { readonly fingerprint: Buffer } & (StoredAnswer | { readonly status: null });

async function whatBecameOf(tx: TenantTx, use: KeyUse): Promise<Claim> {
  const { rows } = await sql<Held>`
    select fingerprint, status, headers, body, resource from idempotency_key where ${isUse(tx, use)}
  `.execute(tx.sql);
  const [held] = rows;
  // The holder gave the key back meanwhile, so a retry finds it free.
  if (held === undefined) return { kind: 'under-way' };
  const { fingerprint, ...answer } = held;
  if (!use.fingerprint.equals(fingerprint)) return { kind: 'other-request' };
  return answer.status === null ? { kind: 'under-way' } : { kind: 'replay', answer };
}

/**
 * Stores the answer in the transaction of the change. Returns false if another request took over the
 * claim: this transaction must then not commit, since the other one may have.
 */
export async function keepAnswer(
  tx: TenantTx,
  use: KeyUse,
  token: string,
  { status, headers, body, resource }: StoredAnswer,
): Promise<boolean> {
  if (Buffer.byteLength(body) > LARGEST_ANSWER_BYTES)
    throw new RangeError(`The answer of ${use.route} is too large to be kept for a retry.`);
  const { numAffectedRows } = await sql`
    update idempotency_key
    set status = ${status}, headers = ${JSON.stringify(headers)}::jsonb, body = ${body},
        resource = ${JSON.stringify(resource)}::jsonb, expires_at = ${expiry()}
    where ${isUse(tx, use)} and claim = ${token} and status is null
  `.execute(tx.sql);
  return numAffectedRows === 1n;
}

/** Releases the claim, if this request still holds it, so that a retry starts afresh. */
export async function giveKeyBack(tx: TenantTx, use: KeyUse, token: string): Promise<void> {
  await sql`
    delete from idempotency_key where ${isUse(tx, use)} and claim = ${token} and status is null
  `.execute(tx.sql);
}

/** Deletes expired rows of every tenant. Row-level security hides all others from this transaction. */
export async function sweepIdempotencyKeys(tx: SystemTx): Promise<void> {
  await sql`delete from idempotency_key where expires_at <= now()`.execute(tx.sql);
}

function isUse({ caller }: TenantTx, { route, key }: KeyUse) {
  return sql`tenant = ${caller.tenant} and subject = ${caller.subject}
             and route = ${route} and key = ${key}`;
}

function expiry() {
  return sql`now() + make_interval(hours => ${KEPT_HOURS})`;
}
