import { createHash } from 'node:crypto';
import type { Bindings, ChildLoggerOptions, DestinationStream, Logger } from 'pino';
import { pino, stdTimeFunctions } from 'pino';

// The only members a log line may have. Whatever else is passed is dropped, so a careless line leaks nothing. (HOOK-6)
const FIELDS: ReadonlySet<string> = new Set([
  'address',
  'control',
  'count',
  'durationMs',
  'err',
  'method',
  'module',
  'problem',
  'requestId',
  'route',
  'signal',
  'status',
  'subject',
]);

type Bind = (this: Logger, bindings: Bindings, options: ChildLoggerOptions) => unknown;

export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { log: onlyListedFields },
    serializers: { err: describeError },
  };
  return withListedBindings(destination ? pino(options, destination) : pino(options));
}

// What a child binds passes no formatter. Children inherit this method, and so do theirs.
function withListedBindings(log: Logger): Logger {
  const bind: Bind = log.child;
  return Object.assign(log, {
    child(this: Logger, bindings: Bindings, options: ChildLoggerOptions = {}) {
      return bind.call(this, onlyListedFields(bindings), options);
    },
  });
}

// Enough to follow one caller through the log, without writing down who it is.
export function pseudonym(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url').slice(0, 16);
}

function onlyListedFields(line: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(line).filter(([field]) => FIELDS.has(field)));
}

interface Described extends Error {
  readonly code?: string;
  readonly constraint?: string;
  readonly severity?: string;
}

// A database error quotes the row that offended in its message; its code and constraint do not.
function describeError(error: Described) {
  const { name, code, constraint } = error;
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at '));
  const message = error.severity === undefined ? error.message : undefined;
  return { name, code, constraint, message, frames };
}
