import { sql } from 'kysely';
import type { Database, SystemTx } from '../../src/database/database.ts';
import type { Failed, Job, JobDefinition } from '../../src/jobs/jobs.ts';
import type { Outcome } from '../../src/jobs/attempt.ts';
import type { Claimed } from '../../src/jobs/store.ts';
import { defineJob, enqueue } from '../../src/jobs/jobs.ts';
import { attempt } from '../../src/jobs/attempt.ts';
import { claimJobs } from '../../src/jobs/store.ts';
import { openPlatformDatabase } from './database.ts';

/** With the table of jobs, and one that a handler can leave something in. */
export async function openJobsDatabase(): Promise<Database> {
  const database = await openPlatformDatabase('jobs');
  await database.ownerTransaction('a table for effects', makeEffects);
  return database;
}

export async function makeEffects(tx: SystemTx): Promise<void> {
  await sql`
    create table if not exists effect (place bigint generated always as identity, job bigint not null)
  `.execute(tx.sql);
  await sql`grant insert, select on effect to app_api`.execute(tx.sql);
}

export async function leaveEffect(tx: SystemTx, { id }: Pick<Job, 'id'>): Promise<void> {
  await sql`insert into effect (job) values (${id})`.execute(tx.sql);
}

export interface Given extends Partial<Omit<JobDefinition<unknown>, 'outside' | 'handler'>> {
  readonly outside?: (job: Job) => Promise<void>;
  readonly handler?: (tx: SystemTx, job: Job) => Promise<Failed | void>;
}

/** A kind of job that leaves one effect, but for what is given. */
export function specimenJob(given: Given = {}): JobDefinition<unknown> {
  const usual = { kind: 'specimen', maxAttempts: 3, timeoutMs: 5_000, handler: leaveEffect };
  return defineJob<unknown, void>({ ...usual, ...given });
}

export function enqueueOne(
  database: Database,
  job: JobDefinition<unknown>,
  payload = {},
  about = {},
): Promise<bigint> {
  return database.systemTransaction('test', (tx) => enqueue(tx, job, payload, about));
}

/** Takes what is due now. A lease of no length is over at once. */
export function claim(
  database: Database,
  kind = 'specimen',
  leaseMs = 60_000,
): Promise<readonly Claimed[]> {
  return database.systemTransaction('test', (tx) => claimJobs(tx, [kind], 100, leaseMs));
}

export const NEVER = new AbortController().signal;

/** One attempt at a job that was taken, with nothing around it. */
export function attemptAt(
  database: Database,
  job: JobDefinition<unknown>,
  claimed: Claimed | undefined,
  stopping = NEVER,
): Promise<Outcome> {
  if (claimed === undefined) throw new Error('Nothing was due.');
  return attempt(database, job, undefined, claimed, stopping);
}

export interface JobRow {
  readonly state: string;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly last_error: string | null;
  readonly locked: boolean;
  readonly later: boolean;
}

export async function jobRow(database: Database, id: bigint): Promise<JobRow | undefined> {
  const { rows } = await asOwner(
    database,
    sql<JobRow>`
      select state, attempts, max_attempts, last_error, locked_until is not null as locked,
             run_at > now() as later
      from job where id = ${id}`,
  );
  return rows[0];
}

/** The jobs that left an effect, in the order in which they did. */
export async function effects(database: Database): Promise<readonly bigint[]> {
  const { rows } = await asOwner(
    database,
    sql<{ job: bigint }>`select job from effect order by place`,
  );
  return rows.map(({ job }) => job);
}

export async function forgetEverything(database: Database): Promise<void> {
  await asOwner(database, sql`delete from job`);
  await asOwner(database, sql`delete from effect`);
}

/** As if the time had come: for what waits for another attempt, and for leases of workers that are gone. */
export async function hurry(database: Database): Promise<void> {
  await asOwner(
    database,
    sql`update job set run_at = now() where state = 'ready' and run_at > now()`,
  );
}

export async function endLeases(database: Database): Promise<void> {
  await asOwner(database, sql`update job set locked_until = now() where locked_until is not null`);
}

export function asOwner<Row>(
  database: Database,
  statement: ReturnType<typeof sql<Row>>,
): Promise<{ readonly rows: readonly Row[] }> {
  return database.ownerTransaction('test', (tx) => statement.execute(tx.sql));
}
