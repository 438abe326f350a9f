import { sql } from 'kysely';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { SystemTx } from '../database/database.ts';
import type { Job, JobPayload } from '../jobs/jobs.ts';
import type { SealedKey } from './keys.ts';
import type { Fault } from './verdict.ts';

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

const Payload = Type.Object(
  {
    subscriber: Type.String({ pattern: UUID }),
    event: Type.String({ pattern: UUID }),
    attempt: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);

/** One attempt at one event for one subscriber. */
export type Delivery = Static<typeof Payload> & { readonly tenant: string };

// A job of ours that fails is no attempt of theirs: the database was away, or the key store. With the backoff between
// them these are half a day.
const MAX_ATTEMPTS = 20;

export const LANE = 'outbound:';

/**
 * A call, as soon as there is a turn. One at a time for each subscriber, so that one that is dead or slow holds up one
 * place of a worker, and its own deliveries.
 */
export const SEND = {
  kind: 'outbound-send',
  maxAttempts: MAX_ATTEMPTS,
  lane: ({ subscriber }: JobPayload) => `${LANE}${String(subscriber)}`,
} as const;

/** The wait before another call. It is in no lane: what is due meanwhile does not wait along. */
export const DUE = { kind: 'outbound-due', maxAttempts: MAX_ATTEMPTS } as const;

export function deliveryOf({ payload, tenant }: Pick<Job, 'payload' | 'tenant'>): Delivery {
  if (tenant === undefined) throw new Error('A delivery belongs to a tenant.');
  return { ...Value.Parse(Payload, payload), tenant };
}

export function payloadOf({ subscriber, event, attempt }: Delivery): JobPayload {
  return { subscriber, event, attempt };
}

export interface Due {
  readonly url: string;
  readonly status: string;
  /** Until then nobody calls it. */
  readonly paused_until: Date | null;
  readonly body: string;
  readonly keys: readonly SealedKey[];
}

/** Undefined where the subscriber or the event is gone. */
export async function findDue(
  tx: SystemTx,
  { tenant, subscriber, event }: Delivery,
): Promise<Due | undefined> {
  const { rows } = await sql<Omit<Due, 'keys'>>`
    select url, status, case when paused_until > now() then paused_until end as paused_until, body
    from outbound_subscriber join outbound_event using (tenant, stream)
    where tenant = ${tenant} and outbound_subscriber.id = ${subscriber}
      and outbound_event.id = ${event}
  `.execute(tx.sql);
  const { rows: keys } = await sql<SealedKey>`
    select id, sealed from outbound_key
    where tenant = ${tenant} and subscriber = ${subscriber}
      and (ends_at is null or ends_at > now())
    order by created_at desc, id
  `.execute(tx.sql);
  return rows[0] && { ...rows[0], keys };
}

export interface Attempt {
  readonly durationMs: number;
  readonly status: number | undefined;
  readonly fault: Fault | undefined;
  readonly nextAt: Date | undefined;
}

export async function logAttempt(
  tx: SystemTx,
  { tenant, subscriber, event, attempt }: Delivery,
  { durationMs, status, fault, nextAt }: Attempt,
): Promise<void> {
  // Whoever deleted the subscriber meanwhile deleted its log.
  await sql`
    insert into outbound_attempt
      (tenant, subscriber, event, type, attempt, duration_ms, status, fault, next_at)
    select tenant, ${subscriber}::uuid, id, type, ${attempt}, ${Math.round(durationMs)},
           ${status ?? null}, ${fault ?? null}, ${nextAt ?? null}
    from outbound_event
    where tenant = ${tenant} and id = ${event}
      and exists (select from outbound_subscriber where id = ${subscriber} and tenant = ${tenant})
  `.execute(tx.sql);
}

export async function noteSuccess(tx: SystemTx, { tenant, subscriber }: Delivery): Promise<void> {
  await sql`
    update outbound_subscriber set failures = 0, failing_since = null, paused_until = null
    where tenant = ${tenant} and id = ${subscriber} and failures > 0
  `.execute(tx.sql);
}

export interface Failing {
  readonly failures: number;
  readonly failingForMs: number;
}

/** One more failure in a row. Undefined where it is not enabled any more. */
export async function noteFailure(
  tx: SystemTx,
  { tenant, subscriber }: Delivery,
): Promise<Failing | undefined> {
  const { rows } = await sql<Failing>`
    update outbound_subscriber
    set failures = failures + 1, failing_since = coalesce(failing_since, now())
    where tenant = ${tenant} and id = ${subscriber} and status = 'enabled'
    returning failures,
      (extract(epoch from now() - failing_since) * 1000)::float8 as "failingForMs"
  `.execute(tx.sql);
  return rows[0];
}

export async function pause(
  tx: SystemTx,
  { tenant, subscriber }: Delivery,
  forMs: number,
): Promise<void> {
  await sql`
    update outbound_subscriber
    set paused_until = greatest(paused_until, now() + make_interval(secs => ${forMs / 1000}))
    where tenant = ${tenant} and id = ${subscriber}
  `.execute(tx.sql);
}

/** False where it is disabled already. */
export async function disable(
  tx: SystemTx,
  { tenant, subscriber }: Pick<Delivery, 'tenant' | 'subscriber'>,
  reason: 'gone' | 'failing',
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update outbound_subscriber
    set status = 'disabled', disabled_reason = ${reason}, disabled_at = now(), paused_until = null
    where tenant = ${tenant} and id = ${subscriber} and status = 'enabled'
  `.execute(tx.sql);
  return numAffectedRows === 1n;
}
