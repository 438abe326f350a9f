import { GuardError } from '../operations/prepare.ts';
import { style } from '../terminal/style.ts';
import type { Command } from './command.ts';
import { createCommand } from './create.ts';
import { explainCommand } from './explain.ts';
import { asUserError, failureLines, stackOf } from './failure.ts';
import { generateCommand } from './generate.ts';
import { guardArguments } from './guard-arguments.ts';
import { listCommand } from './list.ts';
import { printJson } from './print.ts';
import { removeCommand } from './remove.ts';
import { schemaCommand } from './schema.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  create: createCommand,
  generate: generateCommand,
  g: generateCommand,
  remove: removeCommand,
  list: listCommand,
  schema: schemaCommand,
  explain: explainCommand,
  // The only command that reads what others wrote: its rules and reports are loaded when they are asked for.
  check: async (argv) => (await import('./check.ts')).checkCommand(argv),
};

/** Runs a command line and returns its exit code. Whatever is not a command is a directory to create. */
export async function run(argv: readonly string[]): Promise<number> {
  const [first = '', ...rest] = argv;
  try {
    await guardArguments(argv);
    const named = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
    return await (named ? named(rest) : createCommand(argv));
  } catch (cause) {
    return report(cause, argv);
  }
}

function report(cause: unknown, argv: readonly string[]): number {
  const error = asUserError(cause);
  if (argv.includes('--json')) {
    const { code, message, details, wayOut } = error;
    const findings = error instanceof GuardError ? { findings: error.findings } : {};
    printJson({ ok: false, exit: error.exit, code, message, details, wayOut, ...findings });
    return error.exit;
  }
  process.stderr.write(failureLines(error, style('red', '✖', process.stderr)).join('\n') + '\n');
  if (argv.includes('--debug') && error.cause instanceof Error)
    process.stderr.write(`${stackOf(error.cause)}\n`);
  return error.exit;
}
