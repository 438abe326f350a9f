import { visible } from '../answers/invisible.ts';
import { EXIT, UserError } from '../errors.ts';
import { GuardError } from '../operations/prepare.ts';
import { style } from '../terminal/style.ts';
import type { Command } from './command.ts';
import { createCommand } from './create.ts';
import { explainCommand } from './explain.ts';
import { generateCommand } from './generate.ts';
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
};

/** Runs a command line and returns its exit code. Whatever is not a command is a directory to create. */
export async function run(argv: readonly string[]): Promise<number> {
  const [first = '', ...rest] = argv;
  try {
    const named = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
    return await (named ? named(rest) : createCommand(argv));
  } catch (cause) {
    return report(cause, argv);
  }
}

function report(cause: unknown, argv: readonly string[]): number {
  const error = cause instanceof UserError ? cause : environmental(cause);
  if (argv.includes('--json')) {
    const { code, message, details, wayOut } = error;
    const findings = error instanceof GuardError ? { findings: error.findings } : {};
    printJson({ ok: false, exit: error.exit, code, message, details, wayOut, ...findings });
    return error.exit;
  }
  // A manifest or a lock file of somebody else's may be quoted in them.
  const lines = [
    `${style('red', '✖', process.stderr)} ${visible(error.message)}`,
    ...error.details.flatMap((detail) => detail.split('\n').map(visible)),
    visible(error.wayOut),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  if (argv.includes('--debug') && error.cause instanceof Error)
    process.stderr.write(`${stackOf(error.cause)}\n`);
  return error.exit;
}

const BY_ERRNO: Readonly<Record<string, [message: string, wayOut: string]>> = {
  EACCES: ['The disk refused the write: permission denied.', 'Choose a directory that is yours.'],
  EPERM: ['The disk refused the write: not permitted.', 'Choose a directory that is yours.'],
  EROFS: ['The disk is read-only.', 'Choose a directory on another disk.'],
  ENOSPC: ['The disk is full.', 'Free some space, then run the command again.'],
  EDQUOT: ['The disk quota is used up.', 'Free some space, then run the command again.'],
  EMFILE: [
    'Too many files are open on this machine.',
    'Close some programs, then run the command again.',
  ],
  ENAMETOOLONG: [
    'A path would be longer than the disk allows.',
    'Choose a shorter directory or name.',
  ],
};

function environmental(cause: unknown): UserError {
  const errno = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const [message, wayOut] = BY_ERRNO[errno] ?? [
    'Something unexpected went wrong, and nothing was committed.',
    'Run it again with --debug, and report what it shows.',
  ];
  return new UserError(
    BY_ERRNO[errno] ? `E_${errno}` : 'E_UNEXPECTED',
    EXIT.environment,
    message,
    wayOut,
    { cause },
  );
}

/** Frames without the message, which could quote what was given. */
function stackOf(cause: Error): string {
  const frames = (cause.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '));
  return [cause.name, ...frames].join('\n');
}
