import { fileURLToPath } from 'node:url';
import { mask } from './masking.ts';

/** What the log shows of an error: its kind and its stack frames. The message may quote personal data. */
export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly frames: readonly string[];
  readonly cause?: DescribedError;
}

// As many as Node collects. Frames stand at the end of the stack, so this cuts off a message that imitates frames.
const MOST_FRAMES = 10;

// A limit, because an error may be its own cause.
const MOST_CAUSES = 3;

const NAME = /^[A-Za-z]{1,40}$/;
const CODE = /^(?:[A-Z][A-Z_]{2,59}|[0-9A-Z]{5})$/;
const CONSTRAINT = /^[a-z][a-z0-9_]{0,62}$/;
const LOCATION = /(?:\(|at )((?:node:|file:\/\/|\/|[A-Z]:\\)[^\s()]{1,200}:\d{1,6}:\d{1,6})\)?$/;

const ROOT = new URL('../../../', import.meta.url);

/** Code, constraint and stack frames, without any text. (HOOK-6) */
export function describeError(error: unknown, causes: number = MOST_CAUSES): DescribedError {
  if (!(error instanceof Error)) return { name: 'NotAnError', frames: [] };
  const { code, constraint } = error as { readonly code?: unknown; readonly constraint?: unknown };
  return {
    name: NAME.test(error.name) ? error.name : 'Error',
    ...(matches(CODE, code) && { code }),
    ...(matches(CONSTRAINT, constraint) && { constraint }),
    frames: framesOf(error),
    ...(error.cause !== undefined &&
      causes > 0 && { cause: describeError(error.cause, causes - 1) }),
  };
}

/**
 * One sentence for the operator at the terminal. An error with a code comes from the system or the
 * database and may quote a path or a row, so its message is left out. (HOOK-6)
 */
export function sentenceOf(error: unknown, otherwise: string): string {
  if (!(error instanceof Error)) return otherwise;
  const { code, constraint, cause } = describeError(error);
  const sentence = 'code' in error ? otherwise : mask(error.message).text;
  const known = code ?? cause?.code;
  return [sentence, known && `Code ${known}.`, constraint && `Constraint ${constraint}.`]
    .filter(Boolean)
    .join(' ');
}

function matches(shape: RegExp, value: unknown): value is string {
  return typeof value === 'string' && shape.test(value);
}

function framesOf({ stack = '', message }: Error): string[] {
  const lines = stack.replace(message, '').split('\n');
  return lines.slice(-MOST_FRAMES).flatMap((line) => {
    const place = line.startsWith('    at ') ? LOCATION.exec(line)?.[1] : undefined;
    return place === undefined ? [] : [withinProject(place)];
  });
}

// The absolute path of the project may contain a user's name.
function withinProject(place: string): string {
  if (place.startsWith('node:')) return place;
  for (const root of [ROOT.href, fileURLToPath(ROOT)])
    if (place.startsWith(root)) return place.slice(root.length);
  return place.slice(
    place.lastIndexOf('node_modules') < 0
      ? Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\')) + 1
      : place.lastIndexOf('node_modules'),
  );
}
