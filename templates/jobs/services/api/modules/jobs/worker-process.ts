import { loadPolicies } from '@app/platform/authorization/decide';
import { sentenceOf } from '@app/platform/logging/described-error';
import { createLog } from '@app/platform/logging/log';
import { openServiceDatabase } from '@app/platform/service/service-database';
import { openStores } from '@app/platform/service/stores';
import { guardEgress } from '@app/platform/service/egress';
import { POLICIES } from '@app/platform/service/folders';
import { closeOnSignal, endOnCrash, prepare, refuseToBoot } from '@app/platform/service/process';
import type { Config } from '@app/platform/service/config';
import type { Service } from '@app/platform/service/service';
import { jobs } from '../../jobs.ts';
import { startJobs } from './work.ts';

export async function runWorker(service: Service, argv: readonly string[]): Promise<void> {
  const config = service.readConfig(argv);
  if (!config.ok) return refuseToBoot(config.error);
  try {
    await start(service, config.value);
  } catch (error) {
    refuseToBoot([sentenceOf(error, 'The worker failed to start.')]);
  }
}

export async function start(
  service: Service,
  config: Config,
  known = jobs,
  open = openServiceDatabase,
): Promise<void> {
  if (config.database.kind !== 'server')
    throw new Error('The embedded database is one process: the service does its jobs itself.');
  const log = createLog(config.logLevel);
  endOnCrash(log);
  guardEgress(config, log); // before any job could call out: HOOK-4
  const policies = await loadPolicies(POLICIES);
  const database = await open(service, config);
  const stores = await openStores(service, config);
  const services = { database, policies, environment: config.environment, ...stores };
  await prepare(service, config, database);
  const worker = await startJobs(services, log, known);
  closeOnSignal(log, async () => {
    await worker.close();
    await database.close();
  });
  process.stdout.write('Working\n');
}
