import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { SystemTx, TenantTx } from '../database/database.ts';
import type { JobDefinition, JobPayload } from './definition.ts';
import { afterCommit } from '../database/open.ts';
import { wakeWorkers } from './worker.ts';

export type { Failed, Job, JobDefinition, JobPayload, Told } from './definition.ts';
export { defineJob } from './definition.ts';
export { wakeWorkers } from './worker.ts';

export interface About {
  /** Whose it is, where the transaction does not say so. */
  readonly tenant?: string;
  /** Not before then. */
  readonly runAt?: Date;
}

/** Has it done after this transaction has committed, and never if it does not. (HOOK-3) */
export async function enqueue(
  tx: TenantTx | SystemTx,
  { kind, maxAttempts, lane }: Pick<JobDefinition<never>, 'kind' | 'maxAttempts' | 'lane'>,
  payload: JobPayload,
  { tenant, runAt }: About = {},
): Promise<bigint> {
  const whose = 'caller' in tx ? tx.caller.tenant : tenant;
  const { rows } = await insertJobs(sql`
    values (${kind}, ${JSON.stringify(payload)}::jsonb, ${lane?.(payload) ?? null},
            ${whose ?? null}, ${maxAttempts}, coalesce(${runAt ?? null}::timestamptz, now()))
  `).execute(tx.sql);
  announceJobs(tx);
  const [row] = rows;
  if (row === undefined) throw new Error('The job was not written.');
  return row.id;
}

/**
 * The insert alone, as the last part of a statement that also writes what the jobs are about, so that
 * both cost one round trip: `with raw as (insert ... returning id) ${insertJobs(sql`select ...
 * from raw`)}`. The rows are kind, payload, lane, tenant, max_attempts, run_at. Announce them, or wake
 * the workers where the statement has committed by itself.
 */
export function insertJobs(rows: RawBuilder<unknown>): RawBuilder<{ id: bigint }> {
  return sql`insert into job (kind, payload, lane, tenant, max_attempts, run_at) ${rows} returning id`;
}

/** Once they are committed, a worker of this process looks at once, and those of others at their next turn. */
export function announceJobs(tx: TenantTx | SystemTx): void {
  afterCommit(tx, wakeWorkers);
}
