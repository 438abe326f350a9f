import { sql } from 'kysely';
import type { SystemTx } from '../database/database.ts';
import type { JobPayload } from './definition.ts';

/** A job, and the attempt at it that is ours. */
export interface Claimed {
  readonly id: bigint;
  readonly kind: string;
  readonly payload: JobPayload;
  readonly tenant: string | null;
  readonly attempts: number;
  readonly max_attempts: number;
}

/** Done things are looked up for a while; what is dead stays until somebody has decided. */
const KEPT_DAYS = 7;

// A purge that took everything at once would hold its locks for as long.
const PURGED_AT_ONCE = 5_000;

const isOurs = ({ id, attempts }: Claimed) => sql`id = ${id} and attempts = ${attempts}`;

/**
 * Takes what is due and nobody has, of the kinds that are known here. Of a lane that is the oldest
 * unfinished job, unless another one was begun: that one is finished first.
 */
export async function claimJobs(
  tx: SystemTx,
  kinds: readonly string[],
  most: number,
  leaseMs: number,
): Promise<readonly Claimed[]> {
  const { rows } = await sql<Claimed>`
    update job
    set attempts = attempts + 1, locked_until = now() + make_interval(secs => ${leaseMs / 1000})
    where id in (
      select id from job as next
      where state = 'ready' and run_at <= now() and kind = any (${kinds}::text[])
        and (locked_until is null or locked_until <= now())
        and (lane is null or locked_until is not null or not exists (
          select from job as other
          where other.lane = next.lane and other.id <> next.id
            and other.state in ('ready', 'dead')
            and (other.id < next.id or other.locked_until is not null)
        ))
      order by run_at, id
      limit ${most}
      for update skip locked
    )
    returning id, kind, payload, tenant, attempts, max_attempts
  `.execute(tx.sql);
  return rows;
}

/**
 * The end of a job, before its effect: the row is ours until the transaction ends, and whoever comes late
 * writes nothing. False if the job was taken over since; then the transaction must not commit. (HOOK-3)
 */
export async function markDone(tx: SystemTx, claimed: Claimed): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update job set state = 'done', finished_at = now(), locked_until = null, last_error = null
    where ${isOurs(claimed)} and state = 'ready'
  `.execute(tx.sql);
  return numAffectedRows === 1n;
}

/** Where an attempt stands whose failure is noted: on its own, or in the transaction that marked it done. */
export type Standing = 'ready' | 'done';

export async function putOff(
  tx: SystemTx,
  claimed: Claimed,
  standing: Standing,
  fault: string,
  delayMs: number,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update job
    set state = 'ready', finished_at = null, locked_until = null, last_error = ${fault},
        run_at = now() + make_interval(secs => ${delayMs / 1000})
    where ${isOurs(claimed)} and state = ${standing}
  `.execute(tx.sql);
  return numAffectedRows === 1n;
}

export async function bury(
  tx: SystemTx,
  claimed: Claimed,
  standing: Standing,
  fault: string,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update job set state = 'dead', finished_at = now(), locked_until = null, last_error = ${fault}
    where ${isOurs(claimed)} and state = ${standing}
  `.execute(tx.sql);
  return numAffectedRows === 1n;
}

/** An attempt that was given up unfinished counts for nothing: there is one more. */
export async function giveBack(tx: SystemTx, claimed: Claimed): Promise<void> {
  await sql`
    update job set locked_until = null, max_attempts = max_attempts + 1
    where ${isOurs(claimed)} and state = 'ready'
  `.execute(tx.sql);
}

/** Deletes what was finished long ago. False if there is more of it. */
export async function purgeJobs(tx: SystemTx): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from job where id in (
      select id from job
      where finished_at < now() - make_interval(days => ${KEPT_DAYS}) and state in ('done', 'dropped')
      limit ${PURGED_AT_ONCE}
      for update skip locked
    )
  `.execute(tx.sql);
  return numAffectedRows !== BigInt(PURGED_AT_ONCE);
}
