import type { Static, TObject, TProperties, TSchema } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

export type Profile = 'local' | 'production';

/** The variables of a process, as the operating system gives them. */
export type Source = Readonly<Record<string, string | undefined>>;

/** Variables by name, converted and with their defaults. */
export type Values = Readonly<Record<string, unknown>>;

/** Hands a module the variables that it declares: checked, and no others. */
export type Environment = <Shape extends TProperties>(shape: Shape) => Static<TObject<Shape>>;

// No user, password or query: a receiver that requires a credential gets it from a collector beside the service.
const ADDRESS =
  '^(https://[a-z0-9.-]+|http://(localhost|127[.]0[.]0[.]1|\\[::1\\]))(:[0-9]+)?(/[a-zA-Z0-9._/-]*)?$';

/**
 * A variable that holds the address which the service reports to. Setting it lets the process call that address.
 * (HOOK-4)
 */
export function receiver(example: string, also: Readonly<Record<string, string>> = {}) {
  return Type.String({
    pattern: ADDRESS,
    description: `an https address, or http on this machine, such as ${example}`,
    isReceiver: true,
    ...also,
  });
}

/** The variables that name a receiver. */
export function receiverNames(shape: TProperties): string[] {
  return Object.keys(shape).filter((name) => 'isReceiver' in (shape[name] as object));
}

/** The addresses of receivers that are set, by variable. */
export function receiversOf(shape: TProperties, values: Values): ReadonlyMap<string, string> {
  const names = receiverNames(shape).filter((name) => name in values);
  return new Map(names.map((name) => [name, String(values[name])]));
}

/**
 * The variables of a shape. An empty one is absent: that is what an unset variable in a container definition becomes.
 */
export function readValues(shape: TProperties, source: Source): Values {
  const given = Object.keys(shape)
    .filter((name) => source[name])
    .map((name) => [name, source[name]]);
  const schema = Type.Object(shape);
  return Value.Convert(schema, Value.Default(schema, Object.fromEntries(given))) as never;
}

/** One sentence per wrong variable, and never its value: a value in the wrong variable may be a secret. (HOOK-6) */
export function invalidValues(shape: TProperties, values: Values): string[] {
  return Object.entries(shape)
    .filter(
      ([name, schema]) =>
        !Value.Check(Type.Object({ [name]: schema }), pick({ [name]: schema }, values)),
    )
    .map(
      ([name, schema]) => `${name} must be ${(schema as { description?: string }).description}.`,
    );
}

/** Switches of the runtime that turn off every certificate check, for all connections and without a warning. */
export function weakenedRuntime(source: Source): string[] {
  return source['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
    ? ['NODE_TLS_REJECT_UNAUTHORIZED turns certificate checks off: unset it.']
    : [];
}

export function environmentOf(values: Values): Environment {
  return (shape) => pick(shape, values) as never;
}

function pick(shape: Readonly<Record<string, TSchema>>, values: Values): Record<string, unknown> {
  const names = Object.keys(shape).filter((name) => values[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
