import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Database, SystemTx } from '../database/database.ts';
import { insertAudit, recordAudit } from '../audit/record.ts';
import { insertJobs, wakeWorkers } from '../jobs/jobs.ts';

/** A delivery that is proven, and encrypted. */
export interface Row {
  readonly endpoint: string;
  readonly dedupeKey: string;
  readonly fingerprint: Buffer;
  readonly windowDays: number;
  readonly retainDays: number;
  readonly keyId: string;
  readonly signedAt: Date | undefined;
  readonly dataKey: string;
  readonly sealed: Buffer;
  readonly lane: string | undefined;
  readonly maxAttempts: number;
}

export type Kept = 'accepted' | 'duplicate' | 'conflict';

/**
 * Keeps what was not seen before, with its job and its record, in one statement: a process that dies
 * leaves all of a delivery or nothing, and two that are given the same one accept it once. In the
 * order of the keys, so that none of them waits for a row that the other holds. (HOOK-2, HOOK-3, CHECK-9)
 */
export async function keepDeliveries(
  database: Database,
  rows: readonly Row[],
): Promise<readonly Kept[]> {
  const accepted = await database.systemStatement('keep webhooks', keeping(rows));
  if (accepted.length > 0) wakeWorkers();
  const fresh = new Set(accepted.map(({ place }) => Number(place) - 1));
  if (fresh.size === rows.length) return rows.map(() => 'accepted');
  return database.systemTransaction('tell webhooks apart', (tx) => withoutFresh(tx, rows, fresh));
}

function keeping(rows: readonly Row[]): RawBuilder<{ place: bigint }> {
  const column = <T>(of: (row: Row) => T): readonly T[] => rows.map(of);
  const { all, starts } = joined(column((row) => row.sealed));
  return sql`
    with given as (
      select * from unnest(
        ${column((row) => row.endpoint)}::text[], ${column((row) => row.dedupeKey)}::text[],
        ${column((row) => row.fingerprint)}::bytea[], ${column((row) => row.windowDays)}::integer[],
        ${column((row) => row.retainDays)}::integer[], ${column((row) => row.keyId)}::text[],
        ${column((row) => row.signedAt?.toISOString() ?? null)}::timestamptz[],
        ${column((row) => row.dataKey)}::uuid[], ${starts}::integer[],
        ${column((row) => row.sealed.byteLength)}::integer[],
        ${column((row) => row.lane ?? null)}::text[], ${column((row) => row.maxAttempts)}::integer[]
      ) with ordinality as given (endpoint, dedupe_key, fingerprint, window_days, retain_days, key_id,
                                  signed_at, data_key, start, length, lane, max_attempts, place)
    ), first as (
      select distinct on (endpoint, dedupe_key) * from given order by endpoint, dedupe_key, place
    ), fresh as (
      insert into webhook_seen (endpoint, dedupe_key, fingerprint, expires_at)
      select endpoint, dedupe_key, fingerprint, now() + make_interval(days => window_days)
      from first order by endpoint, dedupe_key
      on conflict (endpoint, dedupe_key) do update
        set fingerprint = excluded.fingerprint, seen_at = now(), expires_at = excluded.expires_at
        where webhook_seen.expires_at <= now()
      returning endpoint, dedupe_key
    ), kept as (
      insert into webhook_delivery (endpoint, dedupe_key, signed_at, key_id, lane, data_key, sealed,
                                    retain_until)
      select endpoint, dedupe_key, signed_at, key_id, lane, data_key,
             substring(${all}::bytea from start for length),
             now() + make_interval(days => retain_days)
      from first join fresh using (endpoint, dedupe_key) order by place
      returning id, endpoint, dedupe_key, key_id, lane
    ), due as (${insertJobs(sql`
      select 'webhook-' || endpoint, jsonb_build_object('delivery', id::text), kept.lane, null::text,
             max_attempts, now()
      from kept join first using (endpoint, dedupe_key) order by id
    `)}), noted as (${insertAudit(
      'Webhooks::Action::"accept"',
      'success',
      sql`select 'webhook:' || endpoint, null::text, 'webhook-delivery:' || id,
                 jsonb_build_object('keyId', key_id) from kept`,
    )})
    select place from kept join first using (endpoint, dedupe_key)`;
}

// One value instead of a list of them: a list of bytes is sent as text, escaped twice.
function joined(parts: readonly Buffer[]): { all: Buffer; starts: readonly number[] } {
  let end = 1;
  const starts = parts.map(({ byteLength }) => (end += byteLength) - byteLength);
  return { all: Buffer.concat(parts), starts };
}

// A statement of its own: it sees what another process has committed while the one before waited for it.
async function withoutFresh(
  tx: SystemTx,
  rows: readonly Row[],
  fresh: ReadonlySet<number>,
): Promise<readonly Kept[]> {
  const again = rows.filter((_, index) => !fresh.has(index));
  const { rows: seen } = await sql<{ endpoint: string; key: string; fingerprint: Buffer }>`
    select endpoint, dedupe_key as key, fingerprint from webhook_seen
    where (endpoint, dedupe_key) in (
      select * from unnest(${again.map(({ endpoint }) => endpoint)}::text[],
                           ${again.map(({ dedupeKey }) => dedupeKey)}::text[]))
  `.execute(tx.sql);
  const known = new Map(seen.map((row) => [nameOf(row.endpoint, row.key), row.fingerprint]));
  const kept: Kept[] = [];
  for (const [index, row] of rows.entries()) {
    const earlier = known.get(nameOf(row.endpoint, row.dedupeKey));
    const isSame = earlier?.equals(row.fingerprint) === true;
    kept.push(fresh.has(index) ? 'accepted' : isSame ? 'duplicate' : 'conflict');
    if (kept[index] === 'conflict') await noteConflict(tx, row);
  }
  return kept;
}

// Only who holds a key can do that: it was stolen, or the sender reuses ids, and either way somebody looks. (HOOK-2)
function noteConflict(tx: SystemTx, { endpoint, keyId }: Row): Promise<void> {
  return recordAudit(tx, {
    action: 'Webhooks::Action::"accept"',
    outcome: 'denied',
    actor: `webhook:${endpoint}`,
    tenant: '',
    resource: `webhook-endpoint:${endpoint}`,
    detail: { keyId, reason: 'another-body' },
  });
}

function nameOf(endpoint: string, dedupeKey: string): string {
  return `${endpoint} ${dedupeKey}`;
}
