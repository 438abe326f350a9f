import { sentenceOf } from '../logging/described-error.ts';
import type { Result } from '../result.ts';
import { err } from '../result.ts';
import { guardCommand } from '../egress/guard.ts';
import type { Service } from '../service/service.ts';

type Outcome = Result<string, string>;

interface Command {
  readonly runCommand: (service: Service, argv: readonly string[]) => Promise<Outcome>;
}

/** The commands of a service by name. Each loads when it is asked for, so that it reaches what it needs and no more. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

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
  return command.runCommand(service, argv);
}
