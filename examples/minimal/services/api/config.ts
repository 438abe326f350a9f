import type { Static, TObject, TProperties, TSchema } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { DatabaseTarget } from '@app/platform/database';
import type { Result } from '@app/platform/result';
import { err, ok } from '@app/platform/result';
import { isOriginList, isProxyList, listOf } from './edge.ts';
import { moduleEnv } from './env.ts';
import { LOCAL_DATA, LOCAL_FOLDER } from './folders.ts';
import { receiver, receiversIn } from './receivers.ts';
import type { StorePlace } from './store-place.ts';
import { placeOf, placeProblems } from './store-place.ts';

export type Profile = 'local' | 'production';

export type Environment = <Shape extends TProperties>(shape: Shape) => Static<TObject<Shape>>;

export interface Config {
  readonly profile: Profile;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  // Absent only on a developer's machine, where it follows from the port.
  readonly publicOrigin: string | undefined;
  // Whose X-Forwarded-For is believed, and which other origins may read answers: nobody, unless listed.
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly database: DatabaseTarget;
  // Where keys, secrets and anchors are kept.
  readonly stores: StorePlace;
  // Absent means off, and nothing of it loads.
  readonly telemetryEndpoint: string | undefined;
  // What everything outside our networks is reached through. Absent means directly.
  readonly egressProxy: string | undefined;
  // Where this process reports to, by the variable that says so: the one above, and those of modules.
  readonly receivers: ReadonlyMap<string, string>;
  readonly environment: Environment;
}

// Each description ends the sentence "NAME must be ...".
const base = {
  HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'the address to listen on',
  }),
  PORT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65_535,
    description: 'a port number',
  }),
  LOG_LEVEL: Type.String({
    default: 'info',
    pattern: '^(debug|info|warn|error)$',
    description: 'debug, info, warn or error',
  }),
  PUBLIC_ORIGIN: Type.Optional(
    Type.String({
      pattern: '^https://[a-z0-9.-]+(:[0-9]+)?$',
      description: 'the origin that browsers see, such as https://api.example.com',
    }),
  ),
  TRUSTED_PROXIES: Type.Optional(
    Type.Refine(
      Type.String({
        description: 'addresses or narrow ranges of your own proxies, such as 10.0.3.0/24',
      }),
      isProxyList,
    ),
  ),
  CORS_ORIGINS: Type.Optional(
    Type.Refine(
      Type.String({
        description: 'exact origins, such as https://app.example.com',
      }),
      isOriginList,
    ),
  ),
  DATABASE_URL: Type.Optional(
    Type.String({
      // No colon before the @: a password here would be visible to every process that can list processes.
      pattern: '^postgres(ql)?://[^:@/]+@[^@]+$',
      description: 'postgres://user@host/database, without a password',
    }),
  ),
  DATABASE_PASSWORD_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'the path of a file that holds the password',
    }),
  ),
  DATABASE_CA_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description: "the path of the database's CA certificate",
    }),
  ),
  DATA_FOLDER: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'a folder of the service alone, for its keys, secrets and anchors',
    }),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(receiver('http://localhost:4318')),
  EGRESS_PROXY: Type.Optional(
    Type.Refine(
      Type.String({
        // No user and no password: who may ask it is the network's to say.
        pattern: '^http://([a-z0-9.-]+|\\[[0-9a-f:]+\\]):[1-9][0-9]{0,4}$',
        description:
          'the http address of a private proxy and its port, such as http://10.0.9.7:3128',
      }),
      (address) => URL.canParse(address),
    ),
  ),
};

const all: TProperties = { ...base, ...moduleEnv };

type Source = Readonly<Record<string, string | undefined>>;

// The only reader of the process's environment: what the service depends on is what is named here. All problems at once,
// and never a value: a value that is wrong may still be a secret.
export function readConfig(
  argv: readonly string[],
  source: Source = process.env,
): Result<Config, readonly string[]> {
  const values = valuesOf(all, source);
  const profile = argv.includes('--local') ? 'local' : 'production';
  const problems = [
    ...argv.filter((argument) => argument !== '--local').map(unknownArgument),
    ...invalid(all, values),
    ...(profile === 'production' ? missingInProduction(values) : []),
    ...placeProblems(all, values, profile === 'production'),
    ...weakened(source),
  ];
  if (problems.length > 0) return err(problems);
  const known = values as Static<TObject<typeof base>>;
  return ok({
    profile,
    host: known.HOST,
    port: known.PORT,
    logLevel: known.LOG_LEVEL,
    publicOrigin: known.PUBLIC_ORIGIN,
    trustedProxies: listed(known.TRUSTED_PROXIES),
    corsOrigins: listed(known.CORS_ORIGINS),
    database: databaseTarget(known),
    stores: placeOf(all, values, LOCAL_FOLDER),
    telemetryEndpoint: known.OTEL_EXPORTER_OTLP_ENDPOINT,
    egressProxy: known.EGRESS_PROXY,
    receivers: receiversOf(values),
    environment: environmentOf(values),
  });
}

// For a command beside the service: it needs the database and none of the rest.
export function readDatabaseTarget(
  source: Source = process.env,
): Result<DatabaseTarget, readonly string[]> {
  const values = valuesOf(base, source);
  const problems = [...invalid(base, values), ...weakened(source)];
  return problems.length > 0 ? err(problems) : ok(databaseTarget(values as never));
}

export interface CommandConfig {
  readonly database: DatabaseTarget;
  readonly stores: StorePlace;
  readonly environment: Environment;
}

// The same, for a command that signs in as the service does, or needs keys, secrets or anchors.
export function readCommandConfig(
  source: Source = process.env,
): Result<CommandConfig, readonly string[]> {
  const values = valuesOf(all, source);
  const places = placeProblems(all, values, false);
  const problems = [...invalid(all, values), ...places, ...weakened(source)];
  if (problems.length > 0) return err(problems);
  return ok({
    database: databaseTarget(values as never),
    stores: placeOf(all, values, LOCAL_FOLDER),
    environment: environmentOf(values),
  });
}

// For the way out of a command, which is closed before anything else is looked at: what is wrong lets nobody out.
export function readReceivers(source: Source = process.env): Config['receivers'] {
  const values = valuesOf(all, source);
  const shape = Object.fromEntries(receiversIn(all).map((name) => [name, all[name] as TSchema]));
  return invalid(shape, values).length > 0 ? new Map() : receiversOf(values);
}

// For whoever goes out without the rest of it. What is wrong is not absent: that would be a way past the proxy.
export function readProxy(
  source: Source = process.env,
): Result<string | undefined, readonly string[]> {
  const shape = { EGRESS_PROXY: base.EGRESS_PROXY };
  const values = valuesOf(shape, source) as Static<TObject<typeof shape>>;
  const problems = invalid(shape, values);
  return problems.length > 0 ? err(problems) : ok(values.EGRESS_PROXY);
}

function valuesOf(shape: TProperties, source: Source): Record<string, unknown> {
  const given = Object.keys(shape)
    // Empty means absent: that is what an unset variable in a container definition becomes.
    .filter((name) => source[name])
    .map((name) => [name, source[name]]);
  const schema = Type.Object(shape);
  return Value.Convert(schema, Value.Default(schema, Object.fromEntries(given))) as never;
}

function invalid(shape: TProperties, values: Record<string, unknown>): string[] {
  return Object.entries(shape)
    .filter(
      ([name, schema]) =>
        !Value.Check(Type.Object({ [name]: schema }), pick({ [name]: schema }, values)),
    )
    .map(
      ([name, schema]) => `${name} must be ${(schema as { description?: string }).description}.`,
    );
}

function missingInProduction(values: Record<string, unknown>): string[] {
  return ['DATABASE_URL', 'PUBLIC_ORIGIN']
    .filter((name) => values[name] === undefined)
    .map((name) => `${name} is required in production. For a local run, pass --local.`);
}

function unknownArgument(): string {
  return 'An argument is not known: --local is the only one.';
}

// Switches of the runtime that turn every certificate check off, for all connections and in silence.
function weakened(source: Source): string[] {
  return source['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
    ? ['NODE_TLS_REJECT_UNAUTHORIZED turns certificate checks off: unset it.']
    : [];
}

function databaseTarget(known: Static<TObject<typeof base>>): DatabaseTarget {
  const { DATABASE_URL: url, DATABASE_PASSWORD_FILE, DATABASE_CA_FILE } = known;
  if (url === undefined) return { kind: 'folder', path: LOCAL_DATA };
  return {
    kind: 'server',
    url,
    ...(DATABASE_PASSWORD_FILE !== undefined && { passwordFile: DATABASE_PASSWORD_FILE }),
    ...(DATABASE_CA_FILE !== undefined && { caFile: DATABASE_CA_FILE }),
  };
}

function receiversOf(values: Record<string, unknown>): ReadonlyMap<string, string> {
  const names = receiversIn(all).filter((name) => name in values);
  return new Map(names.map((name) => [name, String(values[name])]));
}

function environmentOf(values: Record<string, unknown>): Environment {
  return (shape) => pick(shape, values) as never;
}

function listed(text: string | undefined): readonly string[] {
  return text === undefined ? [] : listOf(text);
}

function pick(shape: TProperties, values: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(shape).filter((name) => values[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
