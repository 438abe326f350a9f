import { userInfo } from 'node:os';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Policies } from '@app/platform/authorization';
import { loadPolicies } from '@app/platform/authorization';
import type { Database } from '@app/platform/database';
import { openDatabase } from '@app/platform/database';
import { nodeVersionProblem } from '@app/platform/node-version';
import type { Result } from '@app/platform/result';
import { err } from '@app/platform/result';
import { migrationOrder } from '../../../migrations/order.ts';
import { readDatabaseTarget } from '../config.ts';
import { MIGRATIONS, POLICIES } from '../folders.ts';
import { askOperatorSocket } from '../local/operator-client.ts';
import { performRoleCommand, RoleCommand } from './role-command.ts';
import { performSessionCommand, SessionCommand } from './session-command.ts';

export const OperatorCommand = Type.Union([RoleCommand, SessionCommand]);
export type OperatorCommand = Static<typeof OperatorCommand>;

type Parse = (argv: readonly string[], actor: string) => Result<OperatorCommand, string>;

export async function runOperatorCommand(argv: readonly string[], parse: Parse): Promise<void> {
  const problem = nodeVersionProblem();
  const command = problem ? err(problem) : parse(argv, `operator:${userInfo().username}`);
  const outcome = command.ok ? await run(command.value) : command;
  if (outcome.ok) process.stdout.write(`${outcome.value}\n`);
  else process.stderr.write(`${outcome.error}\n`);
  process.exitCode = outcome.ok ? 0 : 1;
}

// Beside a running local service the command goes through it: that process owns the database's folder.
async function run(command: OperatorCommand): Promise<Result<string, string>> {
  const target = readDatabaseTarget();
  if (!target.ok) return err(target.error.join('\n'));
  if (target.value.kind === 'folder') {
    const answer = await askOperatorSocket(command);
    if (answer) return answer;
  }
  const policies = await loadPolicies(POLICIES);
  const database = await openDatabase(target.value);
  try {
    // A folder has no other owner than whoever stands before it.
    if (target.value.kind === 'folder') await database.migrate(MIGRATIONS, migrationOrder);
    return await performOperatorCommand(database, policies, command);
  } finally {
    await database.close();
  }
}

export function performOperatorCommand(
  database: Database,
  policies: Policies,
  command: OperatorCommand,
): Promise<Result<string, string>> {
  return command.verb === 'end-sessions'
    ? performSessionCommand(database, command)
    : performRoleCommand(database, policies, command);
}
