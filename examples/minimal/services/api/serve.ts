import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { loadPolicies } from '@app/platform/authorization';
import type { Database } from '@app/platform/database';
import { openDatabase } from '@app/platform/database';
import { sentenceOf } from '@app/platform/described-error';
import { requireOnlyGrantedRights } from '@app/platform/database/own-rights';
import { requireCurrentSchema } from '@app/platform/migrate/current';
import { migrationOrder } from '../../migrations/order.ts';
import type { Config } from './config.ts';
import type { Api, Services } from './http/module.ts';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { guardEgress } from './egress.ts';
import { MIGRATIONS, POLICIES } from './folders.ts';
import { limits } from './http/limits.ts';
import { events } from './http/log-events.ts';
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
    refuseToBoot([sentenceOf(error, 'The service failed to start.')]);
  }
}

function refuseToBoot(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(1);
}

export async function start(config: Config, open = openDatabase): Promise<void> {
  const log = createLog(config.logLevel);
  endOnCrash(log);
  guardEgress(config, log); // before anything could call out: HOOK-4
  const policies = await loadPolicies(POLICIES);
  const database = await open(config.database);
  const stores = localStores(config.dataFolder);
  const services = { database, policies, environment: config.environment, ...stores };
  await prepare(config, database);

  // Imported here and nowhere else, so that production never even loads it. (AUTHZ-4)
  const local = config.profile === 'local' ? await import('./local/index.ts') : undefined;
  const development = local?.developmentOf(config, services);
  // Loaded where a receiver is configured, and nowhere else.
  const telemetry =
    config.telemetryEndpoint === undefined
      ? undefined
      : (await import('./telemetry.ts')).telemetryTo(config.telemetryEndpoint);
  const origin = (): string => config.publicOrigin ?? localOrigin(app);
  const app: Api = await buildApp({
    log,
    services,
    modules,
    publicOrigin: origin,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    ...(development && { local: development.routes }),
    ...(telemetry && { observe: telemetry.observe }),
  });
  await app.listen({ host: config.host, port: config.port });
  await development?.listen();
  // Before anybody is told that it listens: whoever reads that line may ask it to stop at once.
  const sealing = startSealing(services, log);
  closeOnSignal(log, () => closeAll(app, services, [development, sealing, telemetry]));
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
  others: readonly ({ close(): Promise<void> } | undefined)[],
): Promise<void> {
  await app.close();
  for (const other of others) await other?.close();
  await database.close();
}

// What nobody caught would be printed whole, with the row or the request that it quotes. (HOOK-6)
function endOnCrash(log: FastifyBaseLogger): void {
  process.on('uncaughtException', (error) => {
    log.event(events.crashed, { err: error });
    process.exit(1);
  });
}

// Stop accepting, finish what is in flight, close the database. A second signal, or a request that never ends, ends it.
function closeOnSignal(log: FastifyBaseLogger, close: () => Promise<void>): void {
  let closing = false;
  const stop = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (closing) process.exit(1);
    closing = true;
    log.event(events.closing, { signal });
    setTimeout(() => process.exit(1), limits.shutdownMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.event(events.closingFailed, { err: error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
