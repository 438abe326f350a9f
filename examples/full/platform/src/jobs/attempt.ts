import { sql } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import type { Database, SystemTx } from '../database/database.ts';
import type { Failed, Job, JobDefinition } from './definition.ts';
import { delayAfter, faultOf, TimeOver, wordOf } from './definition.ts';
import type { Claimed, Standing } from './store.ts';
import { bury, giveBack, markDone, putOff } from './store.ts';

/** What became of an attempt. */
export interface Outcome {
  readonly kind: 'done' | 'put-off' | 'dead' | 'given-back' | 'taken-over';
  /** What is worth a line in the log although it is done. */
  readonly told?: string;
  /** What was thrown, for the log alone. */
  readonly error?: unknown;
}

/** Somebody else has the job by now: nothing of this attempt may be kept. */
class TakenOver extends Error {}

/** One attempt at a job: its effect and its end are one transaction. (HOOK-3) */
export async function attempt<Context>(
  database: Database,
  definition: JobDefinition<Context>,
  context: Context,
  claimed: Claimed,
  stopping: AbortSignal,
): Promise<Outcome> {
  const note = (work: (tx: SystemTx) => Promise<Outcome>) =>
    database.systemTransaction(`note what became of ${claimed.kind}`, work);
  // Whoever tried last was never heard of again: it may be this very job that ends its worker.
  if (claimed.attempts > claimed.max_attempts)
    return note((tx) => fail(tx, definition, claimed, 'ready', { failed: 'abandoned' }));

  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new TimeOver()), definition.timeoutMs);
  const signal = AbortSignal.any([limit.signal, stopping]);
  try {
    return await perform(database, definition, context, claimed, signal);
  } catch (error) {
    if (error instanceof TakenOver) return { kind: 'taken-over' };
    if (stopping.aborted) {
      await database.systemTransaction('give a job back', (tx) => giveBack(tx, claimed));
      return { kind: 'given-back' };
    }
    const failed = { failed: faultOf(error) };
    const outcome = await note((tx) => fail(tx, definition, claimed, 'ready', failed));
    return { ...outcome, error };
  } finally {
    clearTimeout(timer);
  }
}

async function perform<Context>(
  database: Database,
  definition: JobDefinition<Context>,
  context: Context,
  claimed: Claimed,
  signal: AbortSignal,
): Promise<Outcome> {
  const { id, kind, payload, tenant, attempts } = claimed;
  const job: Job = { id, kind, payload, tenant: tenant ?? undefined, attempt: attempts, signal };
  const found = await unlessAborted(signal, async () => definition.outside?.(job, context));
  return database.systemTransaction(`do ${kind}`, async (tx) => {
    if (!(await markDone(tx, claimed))) throw new TakenOver();
    await confineTo(tx, tenant);
    const handled = () => definition.handler(tx, job, context, found as never);
    const ended = await unlessAborted(signal, handled);
    if (!ended) return { kind: 'done' };
    if ('told' in ended) return { kind: 'done', told: wordOf(ended.told) };
    const word = { ...ended, failed: wordOf(ended.failed) };
    return fail(tx, definition, claimed, 'done', word);
  });
}

// A handler sees the tenant of its job and no other, as a request would. (AUTHZ-1)
async function confineTo(tx: SystemTx, tenant: string | null): Promise<void> {
  if (tenant !== null) await sql`select set_config('app.tenant', ${tenant}, true)`.execute(tx.sql);
}

// What it still does afterwards finds its transaction over.
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function fail(
  tx: SystemTx,
  { maxAttempts }: { readonly maxAttempts: number },
  claimed: Claimed,
  standing: Standing,
  { failed, final }: Failed,
): Promise<Outcome> {
  const left = claimed.max_attempts - claimed.attempts;
  if (left > 0 && !final) {
    const delayMs = delayAfter(Math.max(1, maxAttempts - left));
    const isOurs = await putOff(tx, claimed, standing, failed, delayMs);
    return { kind: isOurs ? 'put-off' : 'taken-over' };
  }
  if (!(await bury(tx, claimed, standing, failed))) return { kind: 'taken-over' };
  // Work that somebody was promised is not being done: that is on record, and not only in a log. (OBS-1)
  await recordAudit(tx, {
    action: 'Jobs::Action::"bury"',
    outcome: 'failure',
    actor: 'system:worker',
    tenant: claimed.tenant ?? '',
    resource: `job:${claimed.id}`,
    detail: { kind: claimed.kind, attempts: claimed.attempts, fault: failed },
  });
  return { kind: 'dead' };
}
