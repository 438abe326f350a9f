import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { loadPolicies } from '@app/platform/authorization';
import type { Database } from '@app/platform/database';
import { openDatabase } from '@app/platform/database';
import { requireOnlyGrantedRights } from '@app/platform/database/own-rights';
import { requireCurrentSchema } from '@app/platform/migrate/current';
import { migrationOrder } from '../../migrations/order.ts';
import type { Config } from './config.ts';
import type { Api, Services } from './http/module.ts';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { MIGRATIONS, POLICIES } from './folders.ts';
import { limits } from './http/limits.ts';
import { createLog } from './http/log.ts';
import { modules } from './modules.ts';
import { startSealing } from './seal-audit.ts';
import { localStores } from './stores.ts';

export async function serve(argv: readonly string[]): Promise<void> {
  const config = readConfig(argv);
  if (!config.ok) return refuseToBoot(config.error);
  try {
    await start(config.value);
  } catch (error) {
    refuseToBoot([error instanceof Error ? error.message : 'The service failed to start.']);
  }
}

function refuseToBoot(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(1);
}

export async function start(config: Config, open = openDatabase): Promise<void> {
  const log = createLog(config.logLevel);
  const policies = await loadPolicies(POLICIES);
  const database = await open(config.database);
  const stores = localStores(config.dataFolder);
  const services = { database, policies, environment: config.environment, ...stores };
  await prepare(config, database);

  // Imported here and nowhere else, so that production never even loads it. (AUTHZ-4)
  const local = config.profile === 'local' ? await import('./local/index.ts') : undefined;
  const development = local?.developmentOf(config, services);
  const origin = (): string => config.publicOrigin ?? localOrigin(app);
  const app: Api = await buildApp({
    log,
    services,
    modules,
    publicOrigin: origin,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    ...(development && { local: development.routes }),
  });
  await app.listen({ host: config.host, port: config.port });
  await development?.listen();
  // Before anybody is told that it listens: whoever reads that line may ask it to stop at once.
  const sealing = startSealing(services, log);
  closeOnSignal(log, () => closeAll(app, services, development, sealing));
  process.stdout.write(`Listening on ${origin()}\n`);
  if (development) process.stdout.write(development.invitation(origin()));
}

// On a developer's machine the service is also the schema's owner. Elsewhere it finds the schema as it must be, and has
// no right to change it. (AUTHZ-5)
async function prepare({ profile }: Config, database: Database): Promise<void> {
  if (profile === 'local') {
    await database.migrate(MIGRATIONS, migrationOrder);
    return;
  }
  await requireCurrentSchema(database, MIGRATIONS, migrationOrder);
  await database.ownerTransaction('look at the login', (tx) => requireOnlyGrantedRights(tx));
}

function localOrigin(app: Api): string {
  return `http://localhost:${(app.server.address() as AddressInfo).port}`;
}

async function closeAll(
  app: Api,
  { database }: Services,
  development: { close(): Promise<void> } | undefined,
  sealing: { stop(): Promise<void> },
): Promise<void> {
  await app.close();
  await development?.close();
  await sealing.stop(); // what the last requests recorded is sealed as well
  await database.close();
}

// Stop accepting, finish what is in flight, close the database. A second signal, or a request that never ends, ends it.
function closeOnSignal(log: Logger, close: () => Promise<void>): void {
  let closing = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (closing) process.exit(1);
    closing = true;
    log.info({ signal }, 'closing');
    setTimeout(() => process.exit(1), limits.shutdownMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
