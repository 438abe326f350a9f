import { channel } from 'node:diagnostics_channel';
import type { Database } from '../database/database.ts';
import type { Outcome } from './attempt.ts';
import { attempt } from './attempt.ts';
import type { JobDefinition } from './definition.ts';
import type { Claimed } from './store.ts';
import { claimJobs, purgeJobs } from './store.ts';

// Within this process. Others look every second: telling them would make every commit wait for the one before.
const enqueued = channel('app.jobs.enqueued');

export function wakeWorkers(): void {
  enqueued.publish({});
}

/** Calls when there may be something to do, until what it returns is called. */
export function onWake(call: () => void): () => void {
  const listener = (): void => call();
  enqueued.subscribe(listener);
  return () => void enqueued.unsubscribe(listener);
}

// How late a job may start that another process enqueued, or whose time has come.
const LOOK_EVERY_MS = 1_000;

const PURGE_EVERY_MS = 10 * 60_000;

// Beyond the longest attempt: a worker that is alive is done by then, and one that died holds nothing up for long.
const LEASE_MARGIN_MS = 5_000;

// What was begun gets this long to finish when the process stops. Below the time that the whole of it has.
const FINISH_WITHIN_MS = 5_000;

const UNIQUE_VIOLATION = '23505';

export interface WorkerOptions<Context> {
  readonly database: Database;
  readonly jobs: readonly JobDefinition<Context>[];
  readonly context: Context;
  /** How many at once. The embedded engine has one session, and more would only wait for it. */
  readonly concurrency: number;
  /** What is worth a line in the log. */
  readonly ended: (job: Claimed, outcome: Outcome) => void;
  readonly broken: (error: unknown) => void;
  readonly finishWithinMs?: number;
}

export interface Worker {
  /** Takes nothing new, finishes what it has begun or gives it back. */
  close(): Promise<void>;
}

export function startWorker<Context>(options: WorkerOptions<Context>): Worker {
  const { database, context, concurrency, ended, broken } = options;
  const { finishWithinMs = FINISH_WITHIN_MS } = options;
  const known = byKind(options.jobs);
  const leaseMs = LEASE_MARGIN_MS + Math.max(0, ...options.jobs.map((job) => job.timeoutMs));
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let closing = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  // One look at a time; what happens meanwhile is looked at after it.
  function look(): void {
    lookAgain = looking !== undefined;
    if (closing || looking || running.size >= concurrency) return;
    looking = take()
      .catch(broken)
      .finally(() => {
        looking = undefined;
        if (lookAgain) look();
      });
  }

  async function take(): Promise<void> {
    for (const claimed of await claim(concurrency - running.size)) {
      const run = work(claimed).finally(() => {
        running.delete(run);
        look();
      });
      running.add(run);
    }
  }

  async function claim(most: number): Promise<readonly Claimed[]> {
    try {
      return await database.systemTransaction('take jobs', (tx) =>
        claimJobs(tx, [...known.keys()], most, leaseMs),
      );
    } catch (error) {
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
      // The head of a lane went to somebody else at the same moment, and is seen to be gone by now.
      lookAgain = true;
      return [];
    }
  }

  async function work(claimed: Claimed): Promise<void> {
    const definition = known.get(claimed.kind);
    if (definition === undefined) return;
    try {
      ended(claimed, await attempt(database, definition, context, claimed, stopping.signal));
    } catch (error) {
      // What became of it could not be noted: its lease ends, and somebody tries again.
      broken(error);
    }
  }

  function purge(): void {
    database
      .systemTransaction('delete finished jobs', purgeJobs)
      .then((isAll) => isAll || closing || purge(), broken);
  }

  const timers = [setInterval(look, LOOK_EVERY_MS), setInterval(purge, PURGE_EVERY_MS)];
  const stopListening = onWake(look);
  look();

  return {
    close: async () => {
      closing = true;
      stopListening();
      for (const timer of timers) clearInterval(timer);
      await looking;
      const timer = setTimeout(() => stopping.abort(), finishWithinMs);
      await Promise.all(running);
      clearTimeout(timer);
    },
  };
}

function byKind<Context>(
  jobs: readonly JobDefinition<Context>[],
): ReadonlyMap<string, JobDefinition<Context>> {
  const known = new Map(jobs.map((job) => [job.kind, job]));
  if (known.size !== jobs.length) throw new Error('Two jobs are of one kind.');
  return known;
}
