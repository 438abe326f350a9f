import { sql } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import { TICKET } from '../authorization/roles.ts';
import type { Database, SystemTx } from '../database/database.ts';
import { announceJobs, insertJobs } from '../jobs/jobs.ts';
import { retryJob } from '../jobs/operate.ts';
import type { KeyStore } from '../keys/keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { SecretReference } from '../secrets/secret.ts';
import type { EndpointKey } from './keys-file.ts';
import type { Stored } from './job.ts';
import { openStored, STORED } from './job.ts';
import type { Content } from './receive.ts';

export interface Listed {
  readonly id: bigint;
  readonly endpoint: string;
  readonly received_at: Date;
  readonly key_id: string;
  /** What became of the latest job about it. Null once that is forgotten. */
  readonly state: string | null;
}

export const LISTED_AT_MOST = 200;

// What is tried again by hand is looked at: it need not be tried for days.
const REPLAY_ATTEMPTS = 5;

export type Unplayable = 'malformed-ticket' | 'unknown' | 'under-way';

// Whoever reads what was sent is on record before it is read. (HOOK-5)
function noteReading(tx: SystemTx, actor: string, verb: 'list' | 'read', what: string) {
  return recordAudit(tx, {
    action: `Webhooks::Action::"${verb}"`,
    outcome: 'success',
    actor,
    tenant: '',
    resource: what,
  });
}

export async function listDeliveries(
  database: Database,
  actor: string,
  { endpoint, state }: { readonly endpoint?: string | undefined; readonly state?: 'dead' } = {},
): Promise<readonly Listed[]> {
  return database.operatorTransaction('list webhooks', async (tx) => {
    await noteReading(tx, actor, 'list', `webhook-endpoint:${endpoint ?? 'all'}`);
    // Jobs are many, and no index finds them by delivery: they are gone through once, and not once a row.
    const { rows } = await sql<Listed>`
      with listed as (
        select id, endpoint, received_at, key_id from webhook_delivery
        where endpoint = coalesce(${endpoint ?? null}, endpoint)
          and (${state ?? null}::text is null or id::text in (
            select payload ->> 'delivery' from job
            where state = ${state ?? null} and kind = 'webhook-' || endpoint))
        order by id desc limit ${LISTED_AT_MOST}
      ), latest as (
        select distinct on (kind, payload ->> 'delivery')
               kind, payload ->> 'delivery' as delivery, state
        from job where payload ->> 'delivery' in (select id::text from listed)
        order by kind, payload ->> 'delivery', id desc
      )
      select listed.id, endpoint, received_at, key_id, latest.state
      from listed left join latest
        on kind = 'webhook-' || endpoint and delivery = listed.id::text
      order by listed.id desc
    `.execute(tx.sql);
    return rows;
  });
}

export interface Shown extends Content {
  readonly stored: Stored;
}

/** What was sent, byte for byte. */
export async function showDelivery(
  { database, keys }: { readonly database: Database; readonly keys: KeyStore },
  actor: string,
  id: bigint,
): Promise<Shown | undefined> {
  const stored = await database.operatorTransaction('show a webhook', async (tx) => {
    await noteReading(tx, actor, 'read', `webhook-delivery:${id}`);
    const { rows } = await sql<Stored>`${STORED} where webhook_delivery.id = ${id}`.execute(tx.sql);
    return rows[0];
  });
  return stored && { stored, ...(await openStored(keys, stored)) };
}

/** Has its handler called once more. One that waits for its turn already is not called twice. (HOOK-5) */
export async function replayDelivery(
  tx: SystemTx,
  { id, actor, ticket }: { readonly id: bigint; readonly actor: string; readonly ticket: string },
): Promise<Result<string, Unplayable>> {
  if (!TICKET.test(ticket)) return err('malformed-ticket');
  const delivery = await lockDelivery(tx, id);
  if (!delivery) return err('unknown');
  const kind = `webhook-${delivery.endpoint}`;
  const { rows } = await sql<{ id: bigint; state: string }>`
    select id, state from job where kind = ${kind} and payload ->> 'delivery' = ${String(id)}
    order by id desc limit 1
  `.execute(tx.sql);
  const [latest] = rows;
  if (latest?.state === 'ready') return err('under-way');
  // A dead one stays at the head of its lane: another job behind it would wait for it.
  if (latest?.state === 'dead')
    await retryJob(tx, { id: latest.id, actor, ticket }, () => REPLAY_ATTEMPTS);
  else
    await insertJobs(sql`
      values (${kind}, jsonb_build_object('delivery', ${String(id)}::text), ${delivery.lane}::text,
              null, ${REPLAY_ATTEMPTS}::integer, now())
    `).execute(tx.sql);
  announceJobs(tx);
  await recordAudit(tx, {
    action: 'Webhooks::Action::"replay"',
    outcome: 'success',
    actor,
    tenant: '',
    resource: `webhook-delivery:${id}`,
    detail: { ticket },
  });
  return ok(delivery.endpoint);
}

// Two operators who replay it at the same moment come one after the other.
async function lockDelivery(tx: SystemTx, id: bigint) {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhook-delivery:${id}`}, 0))`.execute(
    tx.sql,
  );
  const { rows } = await sql<{ endpoint: string; lane: string | null }>`
    select endpoint, lane from webhook_delivery where id = ${id}
  `.execute(tx.sql);
  return rows[0];
}

/** The keys of an endpoint by what a rotation makes of them. */
export interface Generations {
  /** What deliveries are to be signed with: the latest that has no end. */
  readonly newest: EndpointKey | undefined;
  /** Those before it that are still accepted, for a while or without an end. */
  readonly older: readonly EndpointKey[];
}

export function generationsOf(keys: readonly EndpointKey[], at: Date): Generations {
  const newest = keys.findLast(({ notAfter }) => notAfter === undefined);
  const older = keys.filter((key) => key !== newest && !(key.notAfter && key.notAfter <= at));
  return { newest, older };
}

/** Numbered on from the highest that ever was: what a delivery was proven by is never another key. (CHECK-10) */
export function keyAfter(endpoint: string, keys: readonly EndpointKey[], at: Date): EndpointKey {
  const start = `${endpoint}-`;
  const numbers = keys.map(({ id }) => (id.startsWith(start) ? id.slice(start.length) : ''));
  const highest = Math.max(0, ...numbers.filter((text) => /^[1-9]\d{0,5}$/.test(text)).map(Number));
  const id = `${start}${highest + 1}`;
  return { id, secret: new SecretReference(`webhooks/${id}`), notBefore: at };
}

/** With an end for those keys, and the others as they were. */
export function withEnd(
  keys: readonly EndpointKey[],
  ending: readonly EndpointKey[],
  at: Date,
): readonly EndpointKey[] {
  return keys.map((key) => (ending.includes(key) ? { ...key, notAfter: endOf(key, at) } : key));
}

const SECOND_MS = 1_000;

// A key that ends before it began is none, and the file with it would stop the start.
function endOf({ notBefore }: EndpointKey, at: Date): Date {
  return new Date(Math.max(at.getTime(), (notBefore?.getTime() ?? 0) + SECOND_MS));
}
