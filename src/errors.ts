/** Exit codes of every command. 0 is success. */
export const EXIT = {
  /** Bad usage or answers; also `generate` outside a project of ours. */
  usage: 1,
  /** Refused by the guard: nothing was written. */
  refused: 2,
  /** Needs a person: a hand-edited managed file, a kept edit, a taken path. */
  needsYou: 3,
  /** Environment or I/O: npm, git, the disk, another run holding the lock. */
  environment: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * An expected failure, worded for the person at the terminal: one sentence that says what is wrong, one that says the
 * way out, a stable code for machines. It never carries the offending value, which may be a secret.
 */
export class UserError extends Error {
  readonly code: string;
  readonly exit: ExitCode;
  readonly wayOut: string;
  readonly details: readonly string[];

  constructor(
    code: string,
    exit: ExitCode,
    message: string,
    wayOut: string,
    options: { readonly details?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.exit = exit;
    this.wayOut = wayOut;
    this.details = options.details ?? [];
  }
}
