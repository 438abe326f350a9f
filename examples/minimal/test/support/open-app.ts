import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicies } from '@app/platform/authorization/decide';
import type { Policies } from '@app/platform/authorization/decide';
import type { Database } from '@app/platform/database/database';
import type { RateLimits } from '@app/platform/http/rate-limits';
import { localStores } from '@app/platform/local/stores';
import { createLog } from '@app/platform/logging/log';
import type { Environment, Source } from '@app/platform/service/environment';
import { invalidValues, readValues } from '@app/platform/service/environment';
import { MIGRATIONS, POLICIES } from '@app/platform/service/folders';
import type { Api, Module, Services } from '@app/platform/service/module';
import { migrationOrder } from '../../migrations/order.ts';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { buildApp } from '../../services/api/app.ts';

const publicOrigin = () => 'https://service.test';

export interface TestApp extends Services {
  readonly app: Api;
  // One entry per log line.
  readonly lines: string[];
  close(): Promise<void>;
}

export interface AppOptions {
  readonly modules: readonly Module[];
  readonly database?: Database;
  readonly local?: (app: Api) => Promise<void>;
  // Variables of modules. Others have their defaults.
  readonly variables?: Source;
  readonly trustedProxies?: readonly string[];
  readonly corsOrigins?: readonly string[];
  readonly limits?: RateLimits;
  readonly describe?: (app: Api) => Promise<void>;
}

/** The service as it runs, with a database of its own. Opening one takes seconds: share it within a test file. */
export async function openApp(options: AppOptions): Promise<TestApp> {
  const database = options.database ?? (await openTestDatabase());
  await database.migrate(MIGRATIONS, migrationOrder);
  return appOver(database, options);
}

/** For tests of routes and refusals that need no database: each access to it fails. */
export async function openAppWithoutDatabase(options: AppOptions): Promise<TestApp> {
  return appOver(unreachable, options);
}

async function appOver(database: Database, { modules, variables = {}, ...optional }: AppOptions) {
  const policies = await loadedPolicies();
  const folder = await mkdtemp(join(tmpdir(), 'stores-'));
  const environment = environmentOf(variables);
  const services: Services = { database, policies, environment, ...localStores(folder) };
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const parts = { ...optional, log, services, modules, publicOrigin };
  const app = await buildApp(parts).catch(async (error: unknown) => {
    await rm(folder, { recursive: true });
    throw error;
  });
  return { app, ...services, lines, close: () => closeAll(app, database, folder) };
}

let loading: Promise<Policies> | undefined;

// Once per process: validating the policies is the slowest step here.
function loadedPolicies(): Promise<Policies> {
  loading ??= loadPolicies(POLICIES);
  return loading;
}

function environmentOf(variables: Source): Environment {
  return (shape) => {
    const values = readValues(shape, variables);
    const [problem] = invalidValues(shape, values);
    if (problem !== undefined) throw new Error(`Give the variable a default: ${problem}`);
    return values as never;
  };
}

async function closeAll(app: Api, database: Database, folder: string): Promise<void> {
  await app.close();
  await database.close();
  await rm(folder, { recursive: true });
}

const unreachable: Database = {
  kind: 'memory',
  migrate: refuse,
  tenantTransaction: refuse,
  systemTransaction: refuse,
  systemStatement: refuse,
  operatorTransaction: refuse,
  ownerTransaction: refuse,
  ready: async () => false,
  close: async () => {},
};

async function refuse(): Promise<never> {
  throw new Error('password=hunter2 at 10.0.0.7: the database is unreachable');
}
