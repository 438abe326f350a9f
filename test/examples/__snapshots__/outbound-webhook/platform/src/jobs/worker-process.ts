import { loadPolicies } from '../authorization/decide.ts';
import { sentenceOf } from '../logging/described-error.ts';
import { createLog } from '../logging/log.ts';
import type { Config } from '../service/config.ts';
import { guardEgress } from '../egress/guard.ts';
import { POLICIES } from '../service/folders.ts';
import type { Services } from '../service/module.ts';
import {
  closeOnSignal,
  endOnCrash,
  openServiceDatabase,
  prepare,
  refuseToBoot,
} from '../service/process.ts';
import type { Service } from '../service/service.ts';
import { openStores } from '../service/stores.ts';
import type { JobDefinition } from './definition.ts';
import { startJobs } from './work.ts';

type Jobs = readonly JobDefinition<Services>[];

export async function runWorker(
  service: Service,
  jobs: Jobs,
  argv: readonly string[],
): Promise<void> {
  const config = service.readConfig(argv);
  if (!config.ok) return refuseToBoot(config.error);
  try {
    await start(service, config.value, jobs);
  } catch (error) {
    refuseToBoot([sentenceOf(error, 'The worker failed to start.')]);
  }
}

export async function start(
  service: Service,
  config: Config,
  jobs: Jobs,
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
  const worker = await startJobs(services, log, jobs);
  closeOnSignal(log, async () => {
    await worker.close();
    await database.close();
  });
  process.stdout.write('Working\n');
}
