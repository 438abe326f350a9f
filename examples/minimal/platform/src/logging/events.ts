import { denials } from '../egress/denied.ts';
import { METHODS } from '../http/methods.ts';
import { problemCodes } from '../http/problems.ts';
import type { DescribedError } from './described-error.ts';
import { describeError } from './described-error.ts';
import type { Pseudonym } from './masking.ts';
import { isPseudonym, maskedKinds } from './masking.ts';

declare const takes: unique symbol;

// Checks the value of a field. Returns undefined for a value that the field may not hold.
interface Kind<T> {
  (value: unknown): string | number | boolean | DescribedError | undefined;
  readonly [takes]?: T;
}

type Level = 'debug' | 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, Kind<unknown>>>;
type Taken<K> = K extends Kind<infer T> ? T : never;
type Optional<F> = { [N in keyof F]: undefined extends Taken<F[N]> ? N : never }[keyof F];

export type FieldsOf<F> = { readonly [N in Exclude<keyof F, Optional<F>>]: Taken<F[N]> } & {
  readonly [N in Optional<F>]?: Taken<F[N]>;
};

export interface LogEvent<F extends Fields = Fields> {
  readonly name: string;
  readonly level: Level;
  readonly fields: F;
}

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

// The kinds of fields. None is for free text, which would sooner or later contain a user's input. (HOOK-6)
export const count: Kind<number> = onlyIf(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);
export const duration: Kind<number> = onlyIf((value) => Number.isFinite(value));
export const flag: Kind<boolean> = onlyIf((value) => typeof value === 'boolean');
export const requestId: Kind<string> = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
export const identifier: Kind<string> = matching(/^[a-z][a-z0-9-]{0,39}$/);
// A host name, which is no free text.
export const hostName: Kind<string> = matching(/^[a-z0-9.:-]{1,253}$/);
// The pattern of the route. A parameter such as :id stands in place of the id.
export const routePattern: Kind<string> = matching(/^(?:none|\*|\/[\w/:*.()-]{0,199})$/);
export const pseudonymous: Kind<Pseudonym> = onlyIf(isPseudonym);
export const error: Kind<unknown> = (value) => describeError(value);

export function oneOf<const Value extends string>(...values: readonly Value[]): Kind<Value> {
  const known: ReadonlySet<unknown> = new Set(values);
  return onlyIf((value) => known.has(value));
}

export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return kind as Kind<T | undefined>;
}

export function defineEvent<const F extends Fields>(
  name: string,
  level: Level,
  fields: F,
): LogEvent<F> {
  return { name, level, fields };
}

// Fields that are undeclared or of another kind are dropped and counted: a cast can defeat the types. (HOOK-6)
export function lineOf<F extends Fields>(event: LogEvent<F>, given: FieldsOf<F>): Line {
  const line: Record<string, unknown> = {};
  let dropped = 0;
  for (const [field, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const kept = Object.hasOwn(event.fields, field) ? event.fields[field]?.(value) : undefined;
    if (kept === undefined) dropped += 1;
    else line[field] = kept;
  }
  return { event: event.name, ...line, ...(dropped > 0 && { dropped }) };
}

function matching(shape: RegExp): Kind<string> {
  return onlyIf((value) => typeof value === 'string' && shape.test(value));
}

function onlyIf<T>(holds: (value: unknown) => boolean): Kind<T> {
  return (value) => (holds(value) ? (value as string | number) : undefined);
}

const problem = oneOf(...problemCodes);
const err = error;

// All events of the platform. A module declares its own events in its folder. (HOOK-6)
export const events = {
  requestEnded: defineEvent('request-ended', 'info', {
    method: oneOf(...METHODS),
    route: routePattern,
    status: count,
    durationMs: duration,
    subject: optional(pseudonymous),
  }),
  requestFailed: defineEvent('request-failed', 'error', { err }),
  requestRefused: defineEvent('request-refused', 'debug', { problem, err }),
  // The count, and one sample: there may be too many for a line each.
  refusalsCounted: defineEvent('refusals-counted', 'warn', {
    count,
    problem,
    route: routePattern,
    sample: requestId,
  }),
  egressDenied: defineEvent('egress-denied', 'warn', {
    reason: oneOf(...denials),
    host: optional(hostName),
    reportOnly: flag,
  }),
  limitUncounted: defineEvent('limit-uncounted', 'warn', { err }),
  keyNotGivenBack: defineEvent('key-not-given-back', 'warn', { err }),
  sweepFailed: defineEvent('sweep-failed', 'error', { err }),
  connectionRefused: defineEvent('connection-refused', 'debug', { problem, sample: requestId }),
  notReady: defineEvent('not-ready', 'warn', { module: identifier, err: optional(err) }),
  closing: defineEvent('closing', 'info', { signal: oneOf('SIGTERM', 'SIGINT') }),
  closingFailed: defineEvent('closing-failed', 'error', { err }),
  sealingFailed: defineEvent('sealing-failed', 'error', { err }),
  crashed: defineEvent('crashed', 'error', { err }),
  framework: defineEvent('framework', 'warn', { err }),
  // Masking found personal data or a secret. Fix the code that writes the named event.
  lineMasked: defineEvent('line-masked', 'error', {
    found: oneOf(...maskedKinds),
    in: identifier,
  }),
  lineTooLong: defineEvent('line-too-long', 'error', { count }),
} as const;
