import { EXIT, UserError } from '../errors.ts';
import { GuardError } from '../operations/prepare.ts';
import { style } from '../terminal/style.ts';
import type { Command } from './command.ts';
import { createCommand } from './create.ts';
import { explainCommand } from './explain.ts';
import { generateCommand } from './generate.ts';
import { listCommand } from './list.ts';
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
    process.stdout.write(
      `${JSON.stringify({ ok: false, exit: error.exit, code, message, details, wayOut, ...findings }, null, 2)}\n`,
    );
    return error.exit;
  }
  const lines = [
    `${style('red', '✖', process.stderr)} ${error.message}`,
    ...error.details,
    error.wayOut,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  if (argv.includes('--debug') && error.cause instanceof Error)
    process.stderr.write(`${stackOf(error.cause)}\n`);
  return error.exit;
}

const BY_ERRNO: Readonly<Record<string, [message: string, wayOut: string]>> = {
  ENOENT: [
    'A folder that was there a moment ago is gone.',
    'Go to a folder that exists and that nothing else removes, then run the command again.',
  ],
  EACCES: ['The disk refused the write: permission denied.', 'Choose a directory that is yours.'],
  EPERM: ['The disk refused the write: not permitted.', 'Choose a directory that is yours.'],
  EROFS: [
    'The disk is read-only, so nothing was written.',
    'Make it writable, or work in a directory on another disk.',
  ],
  ENOSPC: [
    'The disk is full: it has no room for more data or for more files.',
    'Free some space, then run the command again; what was begun was taken back.',
  ],
  EDQUOT: ['The disk quota is used up.', 'Free some space, then run the command again.'],
  EIO: [
    'The disk reported an error.',
    'Check the disk, or choose a directory on another one, then run the command again.',
  ],
  ERR_MODULE_NOT_FOUND: [
    'The installed package of create-secure-app is damaged: a part of it is missing or cannot be read.',
    'Install the package again; nothing was written.',
  ],
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
  // What is read is parsed behind a sentence of its own: only code that was cut short is left to be misspelt.
  const code = cause instanceof SyntaxError ? 'ERR_MODULE_NOT_FOUND' : undefined;
  const errno = code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
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
