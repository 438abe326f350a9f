import { recordAudit } from '../audit/record.ts';
import type { Database, SystemTx } from '../database/database.ts';
import type { ChosenEgress } from '../egress/chosen.ts';
import type { Job, JobDefinition, Told } from '../jobs/jobs.ts';
import { defineJob, enqueue } from '../jobs/jobs.ts';
import type { KeyStore } from '../keys/keys.ts';
import { sign } from '../webhooks/standard-webhooks.ts';
import { openKey } from './keys.ts';
import type { Delivery, Due } from './delivery-store.ts';
import { deliveryOf, DUE, payloadOf, SEND } from './delivery-store.ts';
import * as store from './delivery-store.ts';
import { messageId } from './stream.ts';
import type { Verdict } from './verdict.ts';
import { faultOf, verdictOf, waitAfter } from './verdict.ts';

const MINUTE_MS = 60_000;

// Longer than a call may take, with the reading before it.
const SEND_WITHIN_MS = 25_000;
const ENQUEUE_WITHIN_MS = 5_000;

// From so many failures in a row on, its other deliveries wait as well: a call that times out holds up a worker, and
// thousands of them everybody else.
const PAUSED_AFTER = 5;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

// Nothing got through for so long, and it was tried often enough to be no coincidence.
const DISABLED_AFTER_MS = 3 * 24 * 60 * MINUTE_MS;
const DISABLED_AFTER_FAILURES = 8;

const JITTER_MS = 10_000;

type Found =
  | { readonly kind: 'dropped' }
  | { readonly kind: 'paused'; readonly until: Date }
  | { readonly kind: 'tried'; readonly verdict: Verdict; readonly durationMs: number };

interface Context {
  readonly database: Database;
  readonly keys: KeyStore;
}

/** What happens to an event after its transaction: calls, and waits between them. (HOOK-3) */
export function deliveryJobs(
  wayOut: () => Pick<ChosenEgress, 'post'>,
): readonly JobDefinition<Context>[] {
  const send = defineJob<Context, Found>({
    ...SEND,
    timeoutMs: SEND_WITHIN_MS,
    reads: ['outbound_event', 'outbound_key', 'outbound_subscriber'],
    writes: ['outbound_attempt', 'outbound_subscriber'],
    outside: (job, context) => attempt(job, context, wayOut().post),
    handler: (tx, job, _context, found) => conclude(tx, deliveryOf(job), found),
  });
  const due = defineJob<Context>({
    ...DUE,
    timeoutMs: ENQUEUE_WITHIN_MS,
    handler: async (tx, job) => {
      const delivery = deliveryOf(job);
      await enqueue(tx, SEND, payloadOf(delivery), delivery);
    },
  });
  return [send, due];
}

async function attempt(
  job: Job,
  { database, keys }: Context,
  post: ChosenEgress['post'],
): Promise<Found> {
  const delivery = deliveryOf(job);
  const due = await database.systemTransaction('read a delivery', (tx) =>
    store.findDue(tx, delivery),
  );
  if (due?.status !== 'enabled') return { kind: 'dropped' };
  if (due.paused_until) return { kind: 'paused', until: due.paused_until };
  const message = await messageOf(delivery, due, keys);
  const begun = performance.now();
  const verdict = await post(due.url, message, job.signal).then(
    (answer) => verdictOf(answer),
    (error: unknown) => ({ kind: 'failed', fault: faultOf(error) }) as const,
  );
  return { kind: 'tried', verdict, durationMs: performance.now() - begun };
}

// Of the same id in each attempt, and of the time of this one: a receiver refuses what is old. (HOOK-1)
async function messageOf(delivery: Delivery, { body, keys }: Due, keyStore: KeyStore) {
  const bytes = Buffer.from(body);
  const opened = await Promise.all(keys.map((key) => openKey(keyStore, delivery, key)));
  if (opened.length === 0) throw new Error('A subscriber has no key to sign with.');
  const signed = sign({ id: messageId(delivery.event), at: new Date(), body: bytes }, opened);
  return { headers: { 'content-type': 'application/json', ...signed }, body: bytes };
}

async function conclude(tx: SystemTx, delivery: Delivery, found: Found): Promise<Told | void> {
  if (found.kind === 'dropped') return;
  if (found.kind === 'paused')
    return retry(tx, delivery, new Date(found.until.getTime() + Math.random() * JITTER_MS));
  const { verdict, durationMs } = found;
  const { status } = verdict;
  const log = { durationMs, status, fault: undefined, nextAt: undefined };
  if (verdict.kind === 'delivered') {
    await store.logAttempt(tx, delivery, log);
    return store.noteSuccess(tx, delivery);
  }
  if (verdict.kind === 'gone') {
    await store.logAttempt(tx, delivery, { ...log, fault: 'status' });
    return disable(tx, delivery, 'gone');
  }
  const wait = waitAfter(delivery.attempt, verdict.askedMs);
  const nextAt = wait === undefined ? undefined : new Date(Date.now() + wait);
  await store.logAttempt(tx, delivery, { ...log, fault: verdict.fault, nextAt });
  return failed(tx, delivery, verdict.askedMs, nextAt);
}

async function failed(
  tx: SystemTx,
  delivery: Delivery,
  askedMs: number | undefined,
  nextAt: Date | undefined,
): Promise<Told | void> {
  const failing = await store.noteFailure(tx, delivery);
  if (!failing) return;
  const { failures, failingForMs } = failing;
  if (failures >= DISABLED_AFTER_FAILURES && failingForMs >= DISABLED_AFTER_MS)
    return disable(tx, delivery, 'failing');
  const pauseMs = Math.max(askedMs ?? 0, pauseAfter(failures));
  if (pauseMs > 0) await store.pause(tx, delivery, pauseMs);
  if (!nextAt) return { told: 'event-given-up' };
  await retry(tx, { ...delivery, attempt: delivery.attempt + 1 }, nextAt);
}

function pauseAfter(failures: number): number {
  if (failures < PAUSED_AFTER) return 0;
  return Math.min(LONGEST_PAUSE_MS, MINUTE_MS * 2 ** (failures - PAUSED_AFTER));
}

async function retry(tx: SystemTx, delivery: Delivery, runAt: Date): Promise<void> {
  await enqueue(tx, DUE, payloadOf(delivery), { tenant: delivery.tenant, runAt });
}

// Whoever subscribed sees it in the API, with the reason; operators in the log; and it stays on record. (OBS-1)
async function disable(
  tx: SystemTx,
  delivery: Delivery,
  reason: 'gone' | 'failing',
): Promise<Told | void> {
  if (!(await store.disable(tx, delivery, reason))) return;
  await recordAudit(tx, {
    action: 'OutboundWebhooks::Action::"disable"',
    outcome: 'success',
    actor: 'system:worker',
    tenant: delivery.tenant,
    resource: `OutboundWebhooks::Subscriber::"${delivery.subscriber}"`,
    detail: { reason },
  });
  return { told: `subscriber-${reason}` };
}
