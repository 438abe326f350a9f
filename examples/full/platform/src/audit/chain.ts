import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { SystemTx } from '../database/database.ts';
import type { Signature } from '../keys/keys.ts';
import { fields, signingKey } from '../keys/keys.ts';
import { recordAudit } from './record.ts';

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** The key that signs seals, purges and anchors. The first word of each statement says which it is. */
export const AUDIT_KEY = signingKey('audit');

export interface SealedEvent {
  readonly id: bigint;
  readonly digest: Buffer;
}

export interface Head {
  readonly stream: string;
  readonly number: bigint;
  readonly hash: Buffer;
}

export interface Seal extends Head, Signature {
  readonly previousHash: Buffer;
  readonly eventIds: readonly bigint[];
  readonly sealedAt: Date;
}

type Sealed = Pick<Seal, 'stream' | 'number' | 'previousHash' | 'sealedAt'>;

/** The hash that the first seal of a stream follows. With the stream's name, no chain passes for another one. */
export function genesis(stream: string): Buffer {
  return sha256(fields(['audit-stream', stream]));
}

export function sealHash(seal: Sealed, events: readonly SealedEvent[]): Buffer {
  const { stream, number, previousHash, sealedAt } = seal;
  const header = [stream, String(number), previousHash.toString('hex'), sealedAt.toISOString()];
  const content = events.flatMap(({ id, digest }) => [String(id), digest.toString('hex')]);
  return sha256(fields(['audit-seal', ...header, String(events.length), ...content]));
}

/** The text to sign. Its first word keeps a purge from passing for a seal. */
export function statement(kind: 'seal' | 'purge', { stream, number, hash }: Head): Buffer {
  return Buffer.from(fields([`audit-${kind}`, stream, String(number), hash.toString('hex')]));
}

export interface StoredEvent extends SealedEvent {
  readonly stream: string;
  readonly recordedAt: Date;
  /** The digest in the database. `digest` is computed from the columns. */
  readonly storedDigest: Buffer;
}

interface EventRow {
  readonly id: bigint;
  readonly recordedAt: Date;
  readonly storedDigest: Buffer;
  readonly recorded: string;
  readonly tenant: string | null;
  readonly class: string;
  readonly activity: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor: string;
  readonly resource: string;
  readonly detail: string;
  readonly policyVersion: string | null;
  readonly requestId: string | null;
}

interface Purge extends Head {
  readonly purgedAt: Date;
  readonly keyId: string;
  readonly signature: Buffer;
}

/** Reads every column as text, so that no driver rounds a timestamp with microseconds. */
export async function eventsOf(
  tx: SystemTx,
  seals: readonly Seal[],
): Promise<ReadonlyMap<bigint, StoredEvent>> {
  const ids = seals.flatMap(({ eventIds }) => eventIds);
  const { rows } = await sql<EventRow>`
    select id, recorded_at as "recordedAt", digest as "storedDigest",
           to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as recorded,
           class_uid::text as class, activity_id::text as activity, action, outcome, actor, tenant,
           resource, detail::text as detail, policy_version as "policyVersion",
           request_id as "requestId"
    from audit_event where id = any (${ids}::bigint[])
  `.execute(tx.sql);
  return new Map(rows.map((row) => [row.id, eventOf(row)]));
}

export async function sealsAfter(
  tx: SystemTx,
  stream: string,
  number: bigint,
  limit: number,
): Promise<readonly Seal[]> {
  const { rows } = await sql<Seal>`
    select stream, number, previous_hash as "previousHash", hash, event_ids as "eventIds",
           sealed_at as "sealedAt", key_id as "keyId", signature
    from audit_seal where stream = ${stream} and number > ${number}
    order by number limit ${limit}
  `.execute(tx.sql);
  return rows;
}

export async function hashesOf(
  tx: SystemTx,
  stream: string,
  numbers: readonly bigint[],
): Promise<ReadonlyMap<bigint, string>> {
  const { rows } = await sql<{ number: bigint; hash: string }>`
    select number, encode(hash, 'hex') as hash from audit_seal
    where stream = ${stream} and number = any (${numbers}::bigint[])
  `.execute(tx.sql);
  return new Map(rows.map(({ number, hash }) => [number, hash]));
}

export async function lastPurge(tx: SystemTx, stream: string): Promise<Purge | undefined> {
  const { rows } = await sql<Purge>`
    select stream, number, hash, purged_at as "purgedAt", key_id as "keyId", signature
    from audit_purge where stream = ${stream} order by number desc limit 1
  `.execute(tx.sql);
  return rows[0];
}

export async function storedStreams(tx: SystemTx): Promise<readonly string[]> {
  const { rows } = await sql<{ stream: string }>`
    select stream from audit_seal union select stream from audit_purge
  `.execute(tx.sql);
  return rows.map(({ stream }) => stream);
}

interface Unsealed {
  readonly id: bigint;
  /** Whether the next run of the sealer takes it. */
  readonly waits: boolean;
}

/** The first event from before `before` that no seal covers, or that was deleted before it was sealed. */
export async function firstUnsealed(
  tx: SystemTx,
  stream: string | undefined,
  before: Date,
): Promise<Unsealed | undefined> {
  const { rows } = await sql<Unsealed>`
    select id, waits from (
      select id, exists (select from audit_unsealed where event_id = id) as waits
      from audit_event
      left join (select unnest(event_ids) as sealed_id from audit_seal) as seal on sealed_id = id
      where sealed_id is null and recorded_at < ${before}
        and coalesce(tenant, '') = coalesce(${stream ?? null}, tenant, '')
      union all
      select event_id, false from audit_unsealed
      where not exists (select from audit_event where id = event_id)
    ) as missed order by waits, id limit 1
  `.execute(tx.sql);
  return rows[0];
}

function eventOf(row: EventRow): StoredEvent {
  const { id, recordedAt, storedDigest, tenant } = row;
  const what = [row.class, row.activity, row.action, row.outcome, row.actor, tenant, row.resource];
  const more = [row.detail, row.policyVersion, row.requestId];
  const digest = sha256(fields([String(id), row.recorded, ...what, ...more]));
  return { id, stream: tenant ?? '', recordedAt, storedDigest, digest };
}

// Fits a terminal and one transaction. To read more, ask again from the last event.
export const LISTED_AT_MOST = 1_000;

export interface ListedEvent {
  readonly id: bigint;
  readonly recordedAt: Date;
  readonly action: string;
  readonly outcome: string;
  readonly actor: string;
  readonly tenant: string | null;
  readonly resource: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Lists events and records the access: the trail shows what every user does. (OBS-1) */
export async function listTrail(
  tx: SystemTx,
  since: Date,
  tenant: string | undefined,
  actor: string,
): Promise<readonly ListedEvent[]> {
  const { rows } = await sql<ListedEvent>`
    select id, recorded_at as "recordedAt", action, outcome, actor, tenant, resource, detail
    from audit_event
    where recorded_at >= ${since} and coalesce(tenant, '') = coalesce(${tenant ?? null}, tenant, '')
    order by id limit ${LISTED_AT_MOST}
  `.execute(tx.sql);
  await recordAudit(tx, {
    action: 'audit.list',
    outcome: 'success',
    actor,
    tenant: tenant ?? '',
    resource: 'audit:events',
    detail: { since: since.toISOString(), count: rows.length },
  });
  return rows;
}
