import { join } from 'node:path';
import type { Static, TObject, TProperties } from 'typebox';
import { Type } from 'typebox';
import type { DatabaseTarget } from '@app/platform/database/database';
import { isOriginList, isProxyList, listOf } from '@app/platform/http/origins';
import type { Result } from '@app/platform/result';
import { err, ok } from '@app/platform/result';
import type { Source, Values } from '@app/platform/service/environment';
import {
  environmentOf,
  invalidValues,
  readValues,
  receiverNames,
  receiversOf,
  weakenedRuntime,
} from '@app/platform/service/environment';
import { LOCAL_FOLDER } from '@app/platform/service/folders';
import type { CommandConfig, Config } from '@app/platform/service/config';
import { placeOf, placeProblems } from '@app/platform/service/config';
import { moduleEnv } from './env.ts';

// The folder of this service's embedded database.
const LOCAL_DATA = join(LOCAL_FOLDER, 'api');

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
};

const all: TProperties = { ...base, ...moduleEnv };

/**
 * The only reader of the process's environment: the service depends on the variables that are named here. Returns all
 * problems at once, and never a value: a wrong value may be a secret. (HOOK-6)
 */
export function readConfig(
  argv: readonly string[],
  source: Source = process.env,
): Result<Config, readonly string[]> {
  const values = readValues(all, source);
  const profile = argv.includes('--local') ? 'local' : 'production';
  const isProduction = profile === 'production';
  const problems = [
    ...argv.filter((argument) => argument !== '--local').map(unknownArgument),
    ...invalidValues(all, values),
    ...(isProduction ? missingInProduction(values) : []),
    ...placeProblems(all, values, isProduction),
    ...weakenedRuntime(source),
  ];
  if (problems.length > 0) return err(problems);
  const known = values as Static<TObject<typeof base>>;
  return ok({
    ...commandConfig(values),
    profile,
    host: known.HOST,
    port: known.PORT,
    logLevel: known.LOG_LEVEL,
    publicOrigin: known.PUBLIC_ORIGIN,
    trustedProxies: listed(known.TRUSTED_PROXIES),
    corsOrigins: listed(known.CORS_ORIGINS),
    receivers: receiversOf(all, values),
  });
}

/** The part of the configuration that a command uses. */
export function readCommandConfig(
  source: Source = process.env,
): Result<CommandConfig, readonly string[]> {
  const values = readValues(all, source);
  const problems = [
    ...invalidValues(all, values),
    ...placeProblems(all, values, false),
    ...weakenedRuntime(source),
  ];
  return problems.length > 0 ? err(problems) : ok(commandConfig(values));
}

/** The receivers of a command, read first to guard its egress. An invalid variable adds no receiver. (HOOK-4) */
export function readReceivers(source: Source = process.env): Config['receivers'] {
  const values = readValues(all, source);
  const shape = Object.fromEntries(
    receiverNames(all).map((name) => [name, all[name]]),
  ) as TProperties;
  return invalidValues(shape, values).length > 0 ? new Map() : receiversOf(all, values);
}

function commandConfig(values: Values): CommandConfig {
  return {
    database: databaseTarget(values as Static<TObject<typeof base>>),
    stores: placeOf(all, values, LOCAL_FOLDER),
    environment: environmentOf(values),
  };
}

function missingInProduction(values: Values): string[] {
  return ['DATABASE_URL', 'PUBLIC_ORIGIN']
    .filter((name) => values[name] === undefined)
    .map((name) => `${name} is required in production. For a local run, pass --local.`);
}

function unknownArgument(): string {
  return 'An argument is not known: --local is the only one.';
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

function listed(text: string | undefined): readonly string[] {
  return text === undefined ? [] : listOf(text);
}
