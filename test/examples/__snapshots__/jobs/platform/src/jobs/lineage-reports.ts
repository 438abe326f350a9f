import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Value } from 'typebox/value';
import type { Database, SystemTx } from '../database/database.ts';
import { readLineage } from '../database/lineage.ts';
import { LINEAGE } from '../service/folders.ts';
import type { Outcome } from './attempt.ts';
import type { JobDefinition } from './jobs.ts';
import { defineJob, enqueue } from './jobs.ts';
import { Run, runEvents } from './run-events.ts';
import type { Claimed } from './store.ts';

const REPORT_EVERY_MS = 60_000;

// While a receiver is down, at most this many reports wait in the table. Later counts are added up in memory.
const MOST_WAITING = 120;

// Reports run one at a time and in order, so a receiver that hangs blocks one job for at most this long.
const KIND = 'report-lineage';
const SENT_WITHIN_MS = 3_000;
// With backoff this is half a week. Then the job is dead and raises one alarm.
const MOST_ATTEMPTS = 100;

const FIGURES = { done: 'done', 'put-off': 'failed', dead: 'dead' } as const;

type Tally = Omit<Run, 'id' | 'kind' | 'to'>;

export interface LineageReports {
  readonly job: JobDefinition<unknown>;
  count(job: Pick<Claimed, 'kind'>, outcome: Outcome): void;
  /** Enqueues a report of the counts since the last one, behind the reports that wait. */
  report(): Promise<void>;
  close(): Promise<void>;
}

/** Reports per minute what jobs did. The reports are jobs themselves, so no other job waits for the receiver. (HOOK-7) */
export function reportLineage<Context>(
  endpoint: string,
  database: Database,
  known: readonly JobDefinition<Context>[],
  broken: (error: unknown) => void,
): LineageReports {
  const job = reportJob(endpoint, known);
  let tallies = new Map<string, Tally>();
  const timer = setInterval(() => void report(), REPORT_EVERY_MS).unref();
  return {
    job,
    count,
    report,
    close: async () => {
      clearInterval(timer);
      await report();
    },
  };

  function count({ kind }: Pick<Claimed, 'kind'>, { kind: outcome }: Outcome): void {
    const figure = FIGURES[outcome as keyof typeof FIGURES];
    // A report about reports would cause another report, every minute and forever.
    if (figure === undefined || kind === KIND) return;
    const from = new Date().toISOString();
    add(kind, { from, done: 0, failed: 0, dead: 0, [figure]: 1 });
  }

  function add(kind: string, more: Tally): void {
    const had = tallies.get(kind);
    tallies.set(kind, had ? sumOf(had, more) : more);
  }

  async function report(): Promise<void> {
    const counted = tallies;
    tallies = new Map();
    const to = new Date().toISOString();
    const runs = [...counted].map(([kind, tally]) => ({ id: randomUUID(), kind, to, ...tally }));
    try {
      const write = (tx: SystemTx) => enqueueAll(tx, job, runs);
      if (runs.length === 0 || (await database.systemTransaction('report lineage', write))) return;
    } catch (error) {
      broken(error);
    }
    for (const [kind, tally] of counted) add(kind, tally);
  }
}

/** False if too many reports wait already. */
async function enqueueAll(
  tx: SystemTx,
  job: JobDefinition<unknown>,
  runs: readonly Run[],
): Promise<boolean> {
  const { rows } = await sql<{ waiting: bigint }>`
    select count(*) as waiting from job where kind = ${KIND} and state in ('ready', 'dead')
  `.execute(tx.sql);
  if (Number(rows[0]?.waiting) + runs.length > MOST_WAITING) return false;
  for (const run of runs) await enqueue(tx, job, run);
  return true;
}

function reportJob<Context>(
  endpoint: string,
  known: readonly JobDefinition<Context>[],
): JobDefinition<unknown> {
  requireRegistered(known);
  const url = `${endpoint.replace(/\/$/, '')}/api/v1/lineage`;
  return defineJob<unknown, number | undefined>({
    kind: KIND,
    maxAttempts: MOST_ATTEMPTS,
    timeoutMs: SENT_WITHIN_MS,
    lane: () => KIND,
    outside: async ({ payload, signal }) => {
      const run = Value.Parse(Run, payload);
      const definition = known.find(({ kind }) => kind === run.kind);
      for (const event of runEvents(run, { ...definition })) {
        const status = await post(url, event, signal);
        if (status !== undefined) return status;
      }
      return undefined;
    },
    handler: async (_tx, _job, _context, refused) =>
      refused === undefined ? undefined : { failed: `receiver-status-${refused}` },
  });
}

// A run must name registered tables only: a lineage tool cannot resolve any other name.
export function requireRegistered<Context>(known: readonly JobDefinition<Context>[]): void {
  const tables = new Set(
    readLineage(LINEAGE).flatMap((shard) => shard.tables.map(({ table }) => table)),
  );
  for (const { kind, reads = [], writes = [] } of known)
    for (const table of [...reads, ...writes])
      if (!tables.has(table))
        throw new Error(`The job ${kind} names ${table}, which no shard of security/lineage/ has.`);
}

/** The status if it is not a success, otherwise undefined. */
async function post(url: string, event: object, signal: AbortSignal): Promise<number | undefined> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
    // The receiver is configured: it must not redirect reports to another host.
    redirect: 'error',
    signal,
  });
  await answer.body?.cancel();
  return answer.ok ? undefined : answer.status;
}

function sumOf(a: Tally, b: Tally): Tally {
  return {
    from: a.from < b.from ? a.from : b.from,
    done: a.done + b.done,
    failed: a.failed + b.failed,
    dead: a.dead + b.dead,
  };
}
