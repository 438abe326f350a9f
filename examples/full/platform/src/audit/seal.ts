import { sql } from 'kysely';
import type { AnchorLog } from './anchors.ts';
import type { Database, SystemTx } from '../database/database.ts';
import type { KeyStore } from '../keys/keys.ts';
import type { Head, SealedEvent } from './chain.ts';
import { appendAnchor } from './anchors.ts';
import { AUDIT_KEY, genesis, sealHash, statement } from './chain.ts';

// Limits a round to one statement and one call of the key store per stream.
const EVENTS_A_ROUND = 1_000;

// Only one process seals at a time. The number is arbitrary and used for nothing else.
const SEALER_LOCK = 7_301_985_001n;

export interface Sealing {
  readonly database: Database;
  readonly keys: KeyStore;
  readonly anchors: AnchorLog;
}

interface Unsealed extends SealedEvent {
  readonly stream: string;
}

/**
 * Seals committed events, then anchors the last seal of each stream. In this order: an anchor without its seal looks
 * like a chain that was cut. (OBS-1)
 */
export async function sealTrail(sealing: Sealing, now = () => new Date()): Promise<number> {
  const { database, keys, anchors } = sealing;
  let sealed = 0;
  for (let count = EVENTS_A_ROUND; count === EVENTS_A_ROUND; sealed += count) {
    count = await alone(database, 'seal the audit trail', (tx) => sealRound(tx, keys, now()));
  }
  await alone(database, 'anchor the audit trail', (tx) => appendAnchor(tx, keys, anchors, now()));
  return sealed;
}

// The lock is a statement of its own, so that the next one sees what the previous holder committed.
async function alone(
  database: Database,
  reason: string,
  work: (tx: SystemTx) => Promise<number>,
): Promise<number> {
  return database.systemTransaction(reason, async (tx) => {
    const { rows } = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(${SEALER_LOCK}::bigint) as mine
    `.execute(tx.sql);
    return rows[0]?.mine ? work(tx) : 0;
  });
}

/** Waits until no sealer runs, so that only one writer appends to the anchors. */
export async function waitForSealer(tx: SystemTx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SEALER_LOCK}::bigint)`.execute(tx.sql);
}

async function sealRound(tx: SystemTx, keys: KeyStore, now: Date): Promise<number> {
  const events = await unsealed(tx);
  for (const [stream, own] of Map.groupBy(events, (event) => event.stream)) {
    await sealStream(tx, keys, stream, own, now);
  }
  if (events.length > 0) {
    const ids = events.map(({ id }) => id);
    await sql`delete from audit_unsealed where event_id = any (${ids}::bigint[])`.execute(tx.sql);
  }
  return events.length;
}

async function sealStream(
  tx: SystemTx,
  keys: KeyStore,
  stream: string,
  events: readonly SealedEvent[],
  sealedAt: Date,
): Promise<void> {
  const head = await headOf(tx, stream);
  const previousHash = head?.hash ?? genesis(stream);
  const number = (head?.number ?? 0n) + 1n;
  const hash = sealHash({ stream, number, previousHash, sealedAt }, events);
  const { keyId, signature } = await keys.sign(
    AUDIT_KEY,
    statement('seal', { stream, number, hash }),
  );
  await sql`
    insert into audit_seal (stream, number, previous_hash, hash, event_ids, sealed_at, key_id,
                            signature)
    values (${stream}, ${number}, ${previousHash}, ${hash},
            ${events.map(({ id }) => id)}::bigint[], ${sealedAt}, ${keyId}, ${signature})
  `.execute(tx.sql);
}

async function unsealed(tx: SystemTx): Promise<readonly Unsealed[]> {
  const { rows } = await sql<Unsealed>`
    select id, coalesce(tenant, '') as stream, digest
    from audit_unsealed join audit_event on id = event_id
    order by id limit ${EVENTS_A_ROUND}
  `.execute(tx.sql);
  return rows;
}

async function headOf(tx: SystemTx, stream: string): Promise<Head | undefined> {
  const { rows } = await sql<Head>`
    select stream, number, hash from audit_seal
    where stream = ${stream} order by number desc limit 1
  `.execute(tx.sql);
  return rows[0];
}
