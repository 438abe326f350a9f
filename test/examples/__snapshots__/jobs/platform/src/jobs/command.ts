import { parseArgs } from 'node:util';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { defineCommand, runModuleCommand } from '../commands/module-command.ts';
import type { Database } from '../database/database.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { ModuleCommand } from '../service/module.ts';
import type { Count, Dead, Decision, Undecided } from './operate.ts';
import { countJobs, deadJobs, dropJob, LISTED_AT_MOST, retryJob } from './operate.ts';
import type { Service } from '../service/service.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });
const decision = {
  id: Type.String({ pattern: '^[1-9][0-9]{0,17}$' }),
  ticket: Name,
  actor: Name,
};

const JobsCommand = Type.Union([
  strictObject({ verb: Type.Literal('list') }),
  strictObject({ verb: Type.Literal('dead') }),
  strictObject({ verb: Type.Literal('retry'), ...decision }),
  strictObject({ verb: Type.Literal('drop'), ...decision }),
]);
type JobsCommand = Static<typeof JobsCommand>;

const USAGE = `npm run jobs -- list
npm run jobs -- dead
npm run jobs -- retry <id> --ticket CHG-123
npm run jobs -- drop <id> --ticket CHG-123`;

const REFUSALS: Readonly<Record<Undecided, string>> = {
  'malformed-ticket': 'The ticket must look like CHG-123.',
  'not-dead': 'No dead job has that number.',
  'unknown-kind': 'No module does jobs of that kind any more: drop it.',
};

export function parseCommand(argv: readonly string[], actor: string): Result<JobsCommand, string> {
  const options = { ticket: { type: 'string' } } as const;
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [verb, id, ...rest] = positionals;
    const isDecision = verb === 'retry' || verb === 'drop';
    const command = {
      verb,
      ...(id !== undefined && { id }),
      ...(isDecision && { actor }),
      ...values,
    };
    return rest.length === 0 && Value.Check(JobsCommand, command) ? ok(command) : err(USAGE);
  } catch {
    return err(USAGE);
  }
}

/** The kinds that are known, and how often each is tried. */
type Known = readonly { readonly kind: string; readonly maxAttempts: number }[];

export function jobsCommand(jobs: Known): ModuleCommand {
  return defineCommand(JobsCommand, ({ database }, command) =>
    performJobsCommand(database, command, jobs),
  );
}

export async function performJobsCommand(
  database: Database,
  command: JobsCommand,
  jobs: Known,
): Promise<Result<string, string>> {
  const attemptsOf = (kind: string) => jobs.find((job) => job.kind === kind)?.maxAttempts;
  return database.operatorTransaction(`${command.verb} jobs from the command line`, async (tx) => {
    if (command.verb === 'list') return ok(linesOf(await countJobs(tx), countLine));
    if (command.verb === 'dead') return ok(linesOf(await deadJobs(tx), deadLine));
    const asked: Decision = { ...command, id: BigInt(command.id) };
    const decided =
      command.verb === 'retry' ? await retryJob(tx, asked, attemptsOf) : await dropJob(tx, asked);
    return decided.ok
      ? ok(`${command.verb}: ${command.id}, ${decided.value}`)
      : err(REFUSALS[decided.error]);
  });
}

function linesOf<Row>(rows: readonly Row[], lineOf: (row: Row) => string): string {
  const lines = rows.map(lineOf);
  if (rows.length === LISTED_AT_MOST) lines.push(`Only the latest ${LISTED_AT_MOST} are listed.`);
  return lines.join('\n') || 'none';
}

function countLine({ kind, state, count, oldest }: Count): string {
  return `${kind}, ${state}: ${count}, since ${oldest.toISOString()}`;
}

function deadLine({ id, kind, attempts, last_error, finished_at }: Dead): string {
  return `${id}, ${kind}, ${finished_at.toISOString()}, ${attempts} attempts: ${last_error}`;
}

export function runJobsCommand(
  service: Service,
  jobs: Known,
  argv: readonly string[],
): Promise<Result<string, string>> {
  return runModuleCommand(service, 'jobs', parseCommand, jobsCommand(jobs), argv);
}
