import { userInfo } from 'node:os';
import { sealTrail } from '../audit/seal.ts';
import { loadPolicies } from '../authorization/decide.ts';
import type { Result } from '../result.ts';
import { err } from '../result.ts';
import { openServiceDatabase } from '../service/process.ts';
import { MIGRATIONS, POLICIES } from '../service/folders.ts';
import type { OperatorServices } from '../service/module.ts';
import type { Service } from '../service/service.ts';
import { openStores } from '../service/stores.ts';

type Outcome = Result<string, string>;

/** What an operator may ask of a service, under the name by which the running service knows it. */
export interface Operation<Command> {
  readonly name: string;
  readonly parse: (argv: readonly string[], actor: string) => Result<Command, string>;
  readonly perform: (services: OperatorServices, command: Command) => Promise<Outcome>;
}

export async function runOperation<Command>(
  service: Service,
  operation: Operation<Command>,
  argv: readonly string[],
): Promise<Outcome> {
  const command = operation.parse(argv, thisOperator());
  return command.ok ? performOperation(service, operation, command.value) : command;
}

/** Beside a running local service the command goes through it: that process owns the database's folder. */
export async function performOperation<Command>(
  service: Service,
  { name, perform }: Omit<Operation<Command>, 'parse'>,
  command: Command,
): Promise<Outcome> {
  const config = service.readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  const target = config.value.database;
  if (target.kind === 'folder') {
    // Loaded here alone: an image has none of the code for a developer's machine.
    const { askOperatorSocket, operatorAddress } =
      await import('../development/operator-client.ts');
    const answer = await askOperatorSocket({ name, command }, operatorAddress(target.path));
    if (answer) return answer;
  }
  const policies = await loadPolicies(POLICIES);
  const database = await openServiceDatabase(service, config.value);
  try {
    const services = { database, policies, ...(await openStores(service, config.value)) };
    if (target.kind === 'folder') await takeOver(service, services);
    return await perform(services, command);
  } finally {
    await database.close();
  }
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

// This process now owns the folder. It seals what a service that was killed left unsealed.
async function takeOver({ migrationOrder }: Service, services: OperatorServices): Promise<void> {
  await services.database.migrate(MIGRATIONS, migrationOrder);
  await sealTrail(services);
}
