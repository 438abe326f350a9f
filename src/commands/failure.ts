import { visible } from '../answers/invisible.ts';
import { EXIT, UserError } from '../errors.ts';

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

/** A failure in words, whatever was thrown. */
export function asUserError(cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
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

/**
 * What went wrong, what exactly, and the way out: the same three parts for every failure. A manifest or a lock file of
 * somebody else's may be quoted in them, so nothing of it reaches the terminal unseen.
 */
export function failureLines({ message, details, wayOut }: UserError, mark = '✖'): string[] {
  const shown = details.flatMap((detail) => detail.split('\n').map(visible));
  return [`${mark} ${visible(message)}`, ...shown, visible(wayOut)];
}

/** Frames without the message, which could quote what was given. */
export function stackOf(cause: Error): string {
  const frames = (cause.stack ?? '')
    .replace(cause.message, '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '));
  return [cause.name, ...frames].join('\n');
}
