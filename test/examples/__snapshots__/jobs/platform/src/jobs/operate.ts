import { sql } from 'kysely';
import type { SystemTx } from '../database/database.ts';
import type { Result } from '../result.ts';
import { recordAudit } from '../audit/record.ts';
import { afterCommit } from '../database/open.ts';
import { err, ok } from '../result.ts';
import { TICKET } from '../authorization/roles.ts';
import { wakeWorkers } from './worker.ts';

export interface Count {
  readonly kind: string;
  readonly state: string;
  readonly count: bigint;
  readonly oldest: Date;
}

export interface Dead {
  readonly id: bigint;
  readonly kind: string;
  readonly attempts: number;
  readonly last_error: string;
  readonly finished_at: Date;
}

export const LISTED_AT_MOST = 200;

/** How many there are of each kind, and since when. No payload, and nobody's name. */
export async function countJobs(tx: SystemTx): Promise<readonly Count[]> {
  const { rows } = await sql<Count>`
    select kind, state, count(*) as count, min(created_at) as oldest
    from job group by kind, state order by kind, state
  `.execute(tx.sql);
  return rows;
}

/** The latest that came to nothing. */
export async function deadJobs(tx: SystemTx): Promise<readonly Dead[]> {
  const { rows } = await sql<Dead>`
    select id, kind, attempts, last_error, finished_at from job
    where state = 'dead' order by finished_at desc, id desc limit ${LISTED_AT_MOST}
  `.execute(tx.sql);
  return rows;
}

export interface Decision {
  readonly id: bigint;
  readonly actor: string;
  readonly ticket: string;
}

export type Undecided = 'malformed-ticket' | 'not-dead' | 'unknown-kind';

/** Tries a dead job again, as often as its kind is tried at first. It keeps its place in its lane. */
export async function retryJob(
  tx: SystemTx,
  decision: Decision,
  attemptsOf: (kind: string) => number | undefined,
): Promise<Result<string, Undecided>> {
  const found = await deadJob(tx, decision);
  if (!found.ok) return found;
  const more = attemptsOf(found.value.kind);
  if (more === undefined) return err('unknown-kind');
  await sql`
    update job
    set state = 'ready', finished_at = null, run_at = now(), max_attempts = attempts + ${more}
    where id = ${decision.id}
  `.execute(tx.sql);
  afterCommit(tx, wakeWorkers);
  return decided(tx, decision, found.value, 'Jobs::Action::"retry"');
}

/** Gives a dead job up. What waits behind it in its lane goes on. */
export async function dropJob(
  tx: SystemTx,
  decision: Decision,
): Promise<Result<string, Undecided>> {
  const found = await deadJob(tx, decision);
  if (!found.ok) return found;
  await sql`
    update job set state = 'dropped', finished_at = now() where id = ${decision.id}
  `.execute(tx.sql);
  afterCommit(tx, wakeWorkers);
  return decided(tx, decision, found.value, 'Jobs::Action::"drop"');
}

interface Found {
  readonly kind: string;
  readonly tenant: string | null;
}

async function deadJob(tx: SystemTx, { id, ticket }: Decision): Promise<Result<Found, Undecided>> {
  if (!TICKET.test(ticket)) return err('malformed-ticket');
  const { rows } = await sql<Found>`
    select kind, tenant from job where id = ${id} and state = 'dead' for update
  `.execute(tx.sql);
  const [found] = rows;
  return found ? ok(found) : err('not-dead');
}

// What was promised is done again, or never: who decided that, and why, is on record. (OBS-1)
async function decided(
  tx: SystemTx,
  { id, actor, ticket }: Decision,
  { kind, tenant }: Found,
  action: `Jobs::Action::"${string}"`,
): Promise<Result<string, never>> {
  await recordAudit(tx, {
    action,
    outcome: 'success',
    actor,
    tenant: tenant ?? '',
    resource: `job:${id}`,
    detail: { kind, ticket },
  });
  return ok(kind);
}
