import { sql } from 'kysely';
import type { TenantTx } from '../database/database.ts';
import type { SealedKey } from './keys.ts';
import type { Attempt, Subscriber } from './schemas.ts';

export interface SubscriberRow {
  readonly id: string;
  readonly url: string;
  readonly status: Subscriber['status'];
  readonly disabled_reason: Subscriber['disabledReason'];
  readonly disabled_at: Date | null;
  readonly failing_since: Date | null;
  readonly created_at: Date;
}

export interface KeyRow {
  readonly subscriber: string;
  readonly id: string;
  readonly created_at: Date;
  readonly ends_at: Date | null;
}

export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

const columns = sql`id, url, status, disabled_reason, disabled_at, failing_since, created_at`;

export async function find({ sql: db, caller }: TenantTx, stream: string, id: string) {
  const { rows } = await sql<SubscriberRow>`
    select ${columns} from outbound_subscriber
    where id = ${id} and tenant = ${caller.tenant} and stream = ${stream}
  `.execute(db);
  return rows[0];
}

export async function list(
  { sql: db, caller }: TenantTx,
  stream: string,
  limit: number,
  before: Position | undefined,
) {
  const after = before
    ? sql`and (created_at, id) < (${before.createdAt}, ${before.id}::uuid)`
    : sql``;
  const { rows } = await sql<SubscriberRow>`
    select ${columns} from outbound_subscriber
    where tenant = ${caller.tenant} and stream = ${stream} ${after}
    order by created_at desc, id desc
    limit ${limit}
  `.execute(db);
  return rows;
}

/** The keys that sign now, newest first. */
export async function liveKeys({ sql: db, caller }: TenantTx, subscribers: readonly string[]) {
  const { rows } = await sql<KeyRow>`
    select subscriber, id, created_at, ends_at from outbound_key
    where tenant = ${caller.tenant} and subscriber = any (${subscribers}::uuid[])
      and (ends_at is null or ends_at > now())
    order by created_at desc, id
  `.execute(db);
  return rows;
}

/** Undefined if the stream has as many as it may. The lock makes concurrent requests count one after the other. */
export async function insert(
  { sql: db, caller }: TenantTx,
  stream: string,
  { id, url, most }: { readonly id: string; readonly url: string; readonly most: number },
) {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${`outbound:${caller.tenant}:${stream}`}, 0))
  `.execute(db);
  const { rows } = await sql<SubscriberRow>`
    insert into outbound_subscriber (id, tenant, stream, url, created_by)
    select ${id}::uuid, ${caller.tenant}, ${stream}, ${url}, ${caller.subject}
    where (select count(*) from outbound_subscriber
           where tenant = ${caller.tenant} and stream = ${stream}) < ${most}
    returning ${columns}
  `.execute(db);
  return rows[0];
}

export async function insertKey(
  { sql: db, caller }: TenantTx,
  subscriber: string,
  { id, sealed }: SealedKey,
): Promise<void> {
  await sql`
    insert into outbound_key (id, tenant, subscriber, sealed)
    values (${id}, ${caller.tenant}, ${subscriber}, ${Buffer.from(sealed)})
  `.execute(db);
}

/** A key that already ends earlier keeps its end. */
export async function endKeys({ sql: db, caller }: TenantTx, id: string, hours: number) {
  await sql`
    update outbound_key set ends_at = least(ends_at, now() + make_interval(hours => ${hours}))
    where tenant = ${caller.tenant} and subscriber = ${id}
  `.execute(db);
}

/** Resets its failures. Undefined if an operator of the service has disabled it. */
export async function enable({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<SubscriberRow>`
    update outbound_subscriber
    set status = 'enabled', disabled_reason = null, disabled_at = null,
        failures = 0, failing_since = null, paused_until = null
    where id = ${id} and tenant = ${caller.tenant} and disabled_reason is distinct from 'service'
    returning ${columns}
  `.execute(db);
  return rows[0];
}

/** The first reason stays. */
export async function disable({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<SubscriberRow>`
    update outbound_subscriber
    set status = 'disabled', disabled_reason = coalesce(disabled_reason, 'asked'),
        disabled_at = coalesce(disabled_at, now()), paused_until = null
    where id = ${id} and tenant = ${caller.tenant}
    returning ${columns}
  `.execute(db);
  return rows[0];
}

export async function remove({ sql: db, caller }: TenantTx, id: string) {
  const { numAffectedRows } = await sql`
    delete from outbound_subscriber where id = ${id} and tenant = ${caller.tenant}
  `.execute(db);
  return numAffectedRows === 1n;
}

export interface AttemptRow {
  readonly id: bigint;
  readonly event: string;
  readonly type: string;
  readonly attempt: number;
  readonly at: Date;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly fault: Attempt['fault'];
  readonly next_at: Date | null;
}

export async function listAttempts(
  { sql: db, caller }: TenantTx,
  subscriber: string,
  limit: number,
  before: bigint | undefined,
) {
  const { rows } = await sql<AttemptRow>`
    select id, event, type, attempt, at, duration_ms, status, fault, next_at
    from outbound_attempt
    where tenant = ${caller.tenant} and subscriber = ${subscriber}
      and id < coalesce(${before ?? null}::bigint, 9223372036854775807)
    order by id desc
    limit ${limit}
  `.execute(db);
  return rows;
}
