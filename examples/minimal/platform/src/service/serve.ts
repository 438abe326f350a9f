import type { AddressInfo } from 'node:net';
import { loadPolicies } from '../authorization/decide.ts';
import { sentenceOf } from '../logging/described-error.ts';
import { createLog } from '../logging/log.ts';
import {
  closeOnSignal,
  endOnCrash,
  openServiceDatabase,
  prepare,
  refuseToBoot,
} from './process.ts';
import { openStores } from './stores.ts';
import { startSealing } from './background.ts';
import { guardEgress } from '../egress/guard.ts';
import { POLICIES } from './folders.ts';
import type { Api, Services } from './module.ts';
import type { Config } from './config.ts';
import type { Service, ServiceApp } from './service.ts';

/** Starts the service, or says in one sentence per problem why it does not start. */
export async function serve(
  service: Service,
  serviceApp: ServiceApp,
  argv: readonly string[],
): Promise<void> {
  const config = service.readConfig(argv);
  if (!config.ok) return refuseToBoot(config.error);
  try {
    await start(service, serviceApp, config.value);
  } catch (error) {
    refuseToBoot([sentenceOf(error, 'The service failed to start.')]);
  }
}

export async function start(
  service: Service,
  { modules, buildApp }: ServiceApp,
  config: Config,
  open = openServiceDatabase,
): Promise<void> {
  const log = createLog(config.logLevel);
  endOnCrash(log);
  guardEgress(config, log); // before any code could call out: HOOK-4
  const policies = await loadPolicies(POLICIES);
  const database = await open(service, config);
  const stores = await openStores(service, config);
  const services = { database, policies, environment: config.environment, ...stores };
  await prepare(service, config, database);

  // Imported here and nowhere else, so that production never loads it. (AUTHZ-4)
  const local =
    config.profile === 'local' ? await import('../development/development.ts') : undefined;
  const development = local?.developmentOf(config, services, modules);
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
  // Listen to signals before printing: the reader of that line may stop the service at once.
  const sealing = startSealing(services, log);
  const background = modules.map((module) => module.background?.(services, log, config.profile));
  const others = [development, ...background, sealing];
  closeOnSignal(log, () => closeAll(app, services, others));
  process.stdout.write(`Listening on ${origin()}\n`);
  if (development) process.stdout.write(development.invitation(origin()));
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
