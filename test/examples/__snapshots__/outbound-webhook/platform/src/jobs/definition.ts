import type { SystemTx } from '../database/database.ts';
import { describeError } from '../logging/described-error.ts';

// No address, no number longer than a status: what looks like a word may be somebody's.
const WORD = /^(?=.{1,60}$)[a-z]+(?:-(?:[a-z]+|[0-9]{1,3}))*$/;
const PLACE = /^[a-zA-Z0-9_.:/@+-]{1,200}$/;

/** An attempt that took longer than its kind may. */
export class TimeOver extends Error {
  override readonly name = 'TimeOver';
}

/** What is kept of an error: its code or kind, and where it arose. (HOOK-6) */
export function faultOf(error: unknown): string {
  const { code, name, frames } = describeError(error);
  const place = frames.find((frame) => PLACE.test(frame));
  return [code ?? name, place].filter((part) => part !== undefined).join(' at ');
}

/** The word that a handler gave, if it is one. */
export function wordOf(failed: string): string {
  return WORD.test(failed) ? failed : 'failed';
}

const FIRST_MS = 1_000;

// What is broken for a day is tried every hour, and by then somebody looks at it.
const LONGEST_WAIT_MS = 60 * 60_000;

/**
 * Twice as long after each attempt, of which between half and all is waited: jobs that failed together
 * because of one thing do not come back together.
 */
export function delayAfter(tried: number, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_MS * 2 ** (tried - 1));
  return Math.round(whole * (0.5 + random() / 2));
}

/** References: what they refer to is looked up when the job runs, and may be gone by then. */
export type JobPayload = Readonly<Record<string, string | number | boolean>>;

export interface Job {
  readonly id: bigint;
  readonly kind: string;
  readonly payload: JobPayload;
  readonly tenant: string | undefined;
  readonly attempt: number;
  /** Aborts when its time is over, or the worker has to stop. */
  readonly signal: AbortSignal;
}

/** It did not work out, and what was written about that is kept. A throw takes everything back. */
export interface Failed {
  /** For operators: a word such as `receiver-refused`, never a sentence that quotes anything. */
  readonly failed: string;
  /** No further attempt can be any better. */
  readonly final?: true;
}

/** It worked out, and operators want to know: a word such as `subscriber-disabled`. */
export interface Told {
  readonly told: string;
}

interface Definition<Context, Found> {
  readonly kind: string;
  /** The first one included. Then it is dead until an operator looks at it. */
  readonly maxAttempts: number;
  /** What an attempt may take: it holds a session of the database, of which there are few. */
  readonly timeoutMs: number;
  /** Jobs with the same key run one at a time, oldest first, whatever their kind. */
  readonly lane?: (payload: JobPayload) => string | undefined;
  /** Tables, as `security/lineage/` has them: what a receiver of lineage is told of this kind. (HOOK-7) */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /**
   * What happens elsewhere, such as a call, while no transaction is open. It may happen again when the
   * attempt fails after it: the id of the job tells the other side that it is the same.
   */
  readonly outside?: (job: Job, context: Context) => Promise<Found>;
  /** What happens here. It commits together with the job's end, behind the wall of the job's tenant. */
  readonly handler: (
    tx: SystemTx,
    job: Job,
    context: Context,
    found: Found,
  ) => Promise<Failed | Told | void>;
}

/** A kind of job as data: what it does, how often and how long. What `outside` finds is its own affair. */
export type JobDefinition<Context> = Omit<Definition<Context, never>, 'outside'> & {
  readonly outside?: (job: Job, context: Context) => Promise<unknown>;
};

const KIND = /^[a-z][a-z0-9-]{0,39}$/;

// With the backoff between them these are two weeks, and whoever was to mend it has had the time.
const MOST_ATTEMPTS = 100;

// Whoever needs longer makes a job of each part: a worker that stops waits for what it has begun.
const LONGEST_MS = 60_000;

export function defineJob<Context, Found = undefined>(
  definition: Definition<Context, Found>,
): JobDefinition<Context> {
  const { kind, maxAttempts, timeoutMs } = definition;
  if (!KIND.test(kind)) throw new TypeError(`${kind} cannot be the kind of a job.`);
  if (!isBetween(1, maxAttempts, MOST_ATTEMPTS) || !isBetween(1, timeoutMs, LONGEST_MS))
    throw new RangeError(
      `${kind} takes 1 to ${MOST_ATTEMPTS} attempts of 1 to ${LONGEST_MS} ms each.`,
    );
  return definition;
}

function isBetween(least: number, value: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
