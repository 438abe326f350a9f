import { userInfo } from 'node:os';
import { loadPolicies } from '@app/platform/authorization';
import { openDatabase } from '@app/platform/database';
import { sentenceOf } from '@app/platform/described-error';
import { nodeVersionProblem } from '@app/platform/node-version';
import type { Result } from '@app/platform/result';
import { err } from '@app/platform/result';
import { migrationOrder } from '../../../migrations/order.ts';
import type { RoleCommand } from './role-command.ts';
import { readDatabaseTarget } from '../config.ts';
import { MIGRATIONS, POLICIES } from '../folders.ts';
import { askOperatorSocket } from '../local/operator-client.ts';
import { parseRoleCommand, performRoleCommand } from './role-command.ts';

async function main(argv: readonly string[]): Promise<Result<string, string>> {
  const problem = nodeVersionProblem();
  if (problem) return { ok: false, error: problem };
  const command = parseRoleCommand(argv, `operator:${userInfo().username}`);
  return command.ok ? await run(command.value) : command;
}

// Beside a running local service the command goes through it: that process owns the database's folder.
async function run(command: RoleCommand): Promise<Result<string, string>> {
  const target = readDatabaseTarget();
  if (!target.ok) return { ok: false, error: target.error.join('\n') };
  if (target.value.kind === 'folder') {
    const answer = await askOperatorSocket(command);
    if (answer) return answer;
  }
  const policies = await loadPolicies(POLICIES);
  const database = await openDatabase(target.value);
  try {
    // A folder has no other owner than whoever stands before it.
    if (target.value.kind === 'folder') await database.migrate(MIGRATIONS, migrationOrder);
    return await performRoleCommand(database, policies, command);
  } finally {
    await database.close();
  }
}

const outcome = await main(process.argv.slice(2)).catch((error: unknown) =>
  err(sentenceOf(error, 'The command failed.')),
);
if (outcome.ok) process.stdout.write(`${outcome.value}\n`);
else process.stderr.write(`${outcome.error}\n`);
process.exitCode = outcome.ok ? 0 : 1;
