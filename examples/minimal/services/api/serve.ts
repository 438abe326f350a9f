import type { AddressInfo } from 'node:net';
import { loadPolicies } from '@app/platform/authorization';
import { sentenceOf } from '@app/platform/described-error';
import type { Config } from './config.ts';
import type { Api, Services } from './http/module.ts';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { guardEgress } from './egress.ts';
import { POLICIES } from './folders.ts';
import { createLog } from './http/log.ts';
import { modules } from './modules.ts';
import { openServiceDatabase } from './open-database.ts';
import { closeOnSignal, endOnCrash, prepare, refuseToBoot } from './process.ts';
import { startSealing } from './seal-audit.ts';
import { openStores } from './stores.ts';

export async function serve(argv: readonly string[]): Promise<void> {
  const config = readConfig(argv);
  if (!config.ok) return refuseToBoot(config.error);
  try {
    await start(config.value);
  } catch (error) {
    refuseToBoot([sentenceOf(error, 'The service failed to start.')]);
  }
}

export async function start(config: Config, open = openServiceDatabase): Promise<void> {
  const log = createLog(config.logLevel);
  endOnCrash(log);
  guardEgress(config, log); // before anything could call out: HOOK-4
  const policies = await loadPolicies(POLICIES);
  const database = await open(config);
  const stores = await openStores(config);
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
  const background = modules.map((module) => module.background?.(services, log, config.profile));
  const others = [development, ...background, sealing, telemetry];
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
