import { userInfo } from 'node:os';
import { loadPolicies } from '@app/platform/authorization';
import { sealTrail } from '@app/platform/audit/seal';
import { sentenceOf } from '@app/platform/described-error';
import { nodeVersionProblem } from '@app/platform/node-version';
import type { Result } from '@app/platform/result';
import { err } from '@app/platform/result';
import { migrationOrder } from '../../../migrations/order.ts';
import { readCommandConfig } from '../config.ts';
import { guardCommand } from '../egress.ts';
import { MIGRATIONS, POLICIES } from '../folders.ts';
import { openServiceDatabase } from '../open-database.ts';
import { openStores } from '../stores.ts';
import type { OperatorCommand, OperatorServices } from './operator-command.ts';
import { performOperatorCommand } from './operator-command.ts';

type Parse = (argv: readonly string[], actor: string) => Result<OperatorCommand, string>;

// The answer on standard output and 0, or why not on standard error and 1.
export async function runOperatorCommand(parse: Parse): Promise<void> {
  const outcome = await parsed(parse).catch((error: unknown) =>
    err(sentenceOf(error, 'The command failed.')),
  );
  if (outcome.ok) process.stdout.write(`${outcome.value}\n`);
  else process.stderr.write(`${outcome.error}\n`);
  process.exitCode = outcome.ok ? 0 : 1;
}

async function parsed(parse: Parse): Promise<Result<string, string>> {
  const problem = nodeVersionProblem();
  if (problem) return err(problem);
  guardCommand(); // before anything could call out: HOOK-4
  const command = parse(process.argv.slice(2), thisOperator());
  return command.ok ? perform(command.value) : command;
}

export function thisOperator(): string {
  return `operator:${userName()}`;
}

// In a container nobody has a name: who started it stands in the records of the cloud, under its time.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`;
  }
}

// Beside a running local service the command goes through it: that process owns the database's folder.
export async function perform(command: OperatorCommand): Promise<Result<string, string>> {
  const config = readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  const isFolder = config.value.database.kind === 'folder';
  if (isFolder) {
    // Loaded here alone: an image has nothing of a developer's machine.
    const { askOperatorSocket } = await import('../local/operator-client.ts');
    const answer = await askOperatorSocket(command);
    if (answer) return answer;
  }
  const policies = await loadPolicies(POLICIES);
  const database = await openServiceDatabase(config.value);
  try {
    const services = { database, policies, ...(await openStores(config.value)) };
    if (isFolder) await takeOver(services);
    return await performOperatorCommand(services, command);
  } finally {
    await database.close();
  }
}

// A folder has no other owner than whoever stands before it. What a service that was killed left unsealed is sealed now.
async function takeOver(services: OperatorServices): Promise<void> {
  await services.database.migrate(MIGRATIONS, migrationOrder);
  await sealTrail(services);
}
