import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicies } from '@app/platform/authorization/decide';
import type { Policies } from '@app/platform/authorization/decide';
import type { Database } from '@app/platform/database/database';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { migrationOrder } from '../../migrations/order.ts';
import { buildApp } from '../../services/api/app.ts';
import { moduleEnv } from '../../services/api/env.ts';
import { MIGRATIONS, POLICIES } from '@app/platform/service/folders';
import { createLog } from '@app/platform/logging/log';
import type { Api, Module, Services } from '@app/platform/service/module';
import type { RateLimits } from '@app/platform/http/rate-limits';
import { modules as installed } from '../../services/api/modules.ts';
import { readConfig } from '../../services/api/config.ts';
import { localStores } from '@app/platform/local/stores';

const publicOrigin = () => 'https://service.test';

export interface TestApp extends Services {
  readonly app: Api;
  // What reached the log, a line each.
  readonly lines: string[];
  close(): Promise<void>;
}

export interface Options {
  readonly modules?: readonly Module[];
  readonly database?: Database;
  readonly local?: (app: Api) => Promise<void>;
  readonly observe?: (app: Api) => void;
  readonly trustedProxies?: readonly string[];
  readonly corsOrigins?: readonly string[];
  readonly limits?: RateLimits;
  readonly describe?: (app: Api) => Promise<void>;
}

// The service as it runs, on a database of its own. Creating one takes seconds: share it within a test file.
export async function openTestApp(options: Options = {}): Promise<TestApp> {
  const database = options.database ?? (await openTestDatabase());
  await database.migrate(MIGRATIONS, migrationOrder);
  return appOver(database, options);
}

// For claims about routes and refusals that no database has a part in.
export async function appWithoutDatabase(options: Options = {}): Promise<TestApp> {
  return appOver(unreachable, options);
}

async function appOver(database: Database, { modules = installed, ...optional }: Options) {
  const policies = await loadedPolicies();
  const folder = await mkdtemp(join(tmpdir(), 'stores-'));
  const stores = localStores(folder);
  const services: Services = { database, policies, environment: environment(), ...stores };
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const app = await buildApp({ ...optional, log, services, modules, publicOrigin });
  return { app, ...services, lines, close: () => closeAll(app, database, folder) };
}

let loading: Promise<Policies> | undefined;

// Once a process: checking them takes longer than everything else here.
function loadedPolicies(): Promise<Policies> {
  loading ??= loadPolicies(POLICIES);
  return loading;
}

// What modules ask for, at its defaults.
function environment(): Services['environment'] {
  const config = readConfig(['--local'], {});
  if (!config.ok) throw new Error(`Give ${Object.keys(moduleEnv).join(', ')} a default.`);
  return config.value.environment;
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
