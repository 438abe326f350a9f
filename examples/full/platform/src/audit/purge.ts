import { sql } from 'kysely';
import type { SystemTx } from '../database/database.ts';
import type { Result } from '../result.ts';
import { recordAudit } from './record.ts';
import { err, ok } from '../result.ts';
import type { Head } from './chain.ts';
import { AUDIT_KEY, statement, storedStreams } from './chain.ts';
import type { Sealing } from './seal.ts';
import { verifyTrail } from './verify.ts';

// PCI DSS 10.5.1 requires one year; the extra month leaves time to notice. The database also refuses to delete younger
// events: migrations/platform/0005_audit_seal.sql.
export const RETENTION_DAYS = 400;

const DAY_MS = 24 * 60 * 60_000;

// Limits a transaction, which occupies the only session of an embedded database.
const SEALS_A_ROUND = 200;

/**
 * Deletes whole seals older than `before`, the oldest first, and signs the place where the chain continues. The newest
 * seal of a stream stays. (OBS-1)
 */
export async function purgeTrail(
  sealing: Sealing,
  before: Date,
  actor: string,
  now = new Date(),
): Promise<Result<number, string>> {
  if (!(before.getTime() <= now.getTime() - RETENTION_DAYS * DAY_MS))
    return err(`Events are kept for ${RETENTION_DAYS} days: give an earlier date.`);
  const trail = await verifyTrail(sealing, undefined, now);
  // A purge of a broken trail would delete the evidence.
  if (!trail.ok) return err(`The trail is broken at ${trail.error.place}: nothing is purged.`);

  const streams = await sealing.database.operatorTransaction('list the streams', storedStreams);
  let purged = 0;
  for (const stream of streams) {
    for (let count = SEALS_A_ROUND; count === SEALS_A_ROUND; purged += count) {
      count = await sealing.database.operatorTransaction('purge the audit trail', (tx) =>
        purgeRound(tx, sealing, { stream, before, actor, now }),
      );
    }
  }
  return ok(purged);
}

async function purgeRound(
  tx: SystemTx,
  { keys }: Sealing,
  { stream, before, actor, now }: { stream: string; before: Date; actor: string; now: Date },
): Promise<number> {
  const seals = await purgeable(tx, stream, before);
  const last = seals.at(-1);
  if (last === undefined) return 0;
  const { keyId, signature } = await keys.sign(AUDIT_KEY, statement('purge', last));
  await sql`
    insert into audit_purge (stream, number, hash, purged_at, key_id, signature)
    values (${stream}, ${last.number}, ${last.hash}, ${now}, ${keyId}, ${signature})
  `.execute(tx.sql);
  for (const { number } of seals) {
    await sql`delete from audit_seal where stream = ${stream} and number = ${number}`.execute(
      tx.sql,
    );
  }
  await recordAudit(tx, {
    action: 'audit.purge',
    outcome: 'success',
    actor,
    tenant: stream,
    resource: `audit:${stream}`,
    detail: { before: before.toISOString(), seals: seals.length, upTo: String(last.number) },
  });
  return seals.length;
}

async function purgeable(tx: SystemTx, stream: string, before: Date): Promise<readonly Head[]> {
  const { rows } = await sql<Head>`
    select stream, number, hash from audit_seal as candidate
    where stream = ${stream} and sealed_at < ${before}
      and exists (select from audit_seal
                  where stream = candidate.stream and number = candidate.number + 1)
    order by number limit ${SEALS_A_ROUND}
  `.execute(tx.sql);
  return rows;
}
