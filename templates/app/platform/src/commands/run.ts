import { userInfo } from 'node:os';
import { sealTrail } from '../audit/seal.ts';
import { loadPolicies } from '../authorization/decide.ts';
import { sentenceOf } from '../logging/described-error.ts';
import type { Result } from '../result.ts';
import { err } from '../result.ts';
import { openServiceDatabase, openStores } from '../service/backing-services.ts';
import { guardCommand } from '../service/egress.ts';
import { MIGRATIONS, POLICIES } from '../service/folders.ts';
import type { OperatorServices } from '../service/module.ts';
import type { Service } from '../service/service.ts';
import type { OperatorCommand } from './operator-command.ts';
import { performOperatorCommand } from './operator-command.ts';

type Outcome = Result<string, string>;

/** A command that a running service performs, in the name of the operator. */
interface Operation {
  readonly parseCommand: (argv: readonly string[], actor: string) => Result<unknown, string>;
}

/** A command that works in its own process. */
interface Task {
  readonly runCommand: (service: Service, argv: readonly string[]) => Promise<Outcome>;
}

/** The commands of a service by name. Each is loaded on demand. */
export type Commands = Readonly<Record<string, () => Promise<Operation | Task>>>;

/** Prints the answer and exits with 0, or prints the reason to standard error and exits with 1. */
export async function runCommand(
  service: Service,
  commands: Commands,
  argv: readonly string[],
): Promise<void> {
  const outcome = await outcomeOf(service, commands, argv).catch((error: unknown) =>
    err(sentenceOf(error, 'The command failed.')),
  );
  if (outcome.ok) process.stdout.write(`${outcome.value}\n`);
  else process.stderr.write(`${outcome.error}\n`);
  process.exitCode = outcome.ok ? 0 : (process.exitCode ?? 1);
}

async function outcomeOf(
  service: Service,
  commands: Commands,
  [name = '', ...argv]: readonly string[],
): Promise<Outcome> {
  guardCommand(service); // before any code could call out: HOOK-4
  if (!Object.hasOwn(commands, name))
    return err(`The commands are ${Object.keys(commands).join(', ')}.`);
  const command = await (commands[name] as Commands[string])();
  if ('runCommand' in command) return command.runCommand(service, argv);
  const parsed = command.parseCommand(argv, thisOperator());
  return parsed.ok ? performCommand(service, { name, command: parsed.value }) : parsed;
}

export function thisOperator(): string {
  return `operator:${userName()}`;
}

// Containers have no user name; CloudTrail records who started one.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`;
  }
}

/** Sends the command to a running local service, because that process owns the folder of the database. */
export async function performCommand(service: Service, command: OperatorCommand): Promise<Outcome> {
  const config = service.readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  const target = config.value.database;
  if (target.kind === 'folder') {
    // Loaded on demand: an image does not contain the code for local development.
    const { askOperatorSocket, operatorAddress } =
      await import('../development/operator-client.ts');
    const answer = await askOperatorSocket(command, operatorAddress(target.path));
    if (answer) return answer;
  }
  const policies = await loadPolicies(POLICIES);
  const database = await openServiceDatabase(service, config.value);
  try {
    const services = { database, policies, ...(await openStores(service, config.value)) };
    if (target.kind === 'folder') await takeOver(service, services);
    return await performOperatorCommand(services, await service.modules(), command);
  } finally {
    await database.close();
  }
}

// This process owns the folder now. It seals what a killed service left unsealed.
async function takeOver({ migrationOrder }: Service, services: OperatorServices): Promise<void> {
  await services.database.migrate(MIGRATIONS, migrationOrder);
  await sealTrail(services);
}
