import { loadPolicies } from '@app/platform/authorization';
import { sentenceOf } from '@app/platform/described-error';
import type { Config } from '../../config.ts';
import { readConfig } from '../../config.ts';
import { guardEgress } from '../../egress.ts';
import { POLICIES } from '../../folders.ts';
import { createLog } from '../../http/log.ts';
import { jobs } from '../../jobs.ts';
import { openServiceDatabase } from '../../open-database.ts';
import { closeOnSignal, endOnCrash, prepare, refuseToBoot } from '../../process.ts';
import { openStores } from '../../stores.ts';
import { startJobs } from './work.ts';

export async function runWorker(argv: readonly string[]): Promise<void> {
  const config = readConfig(argv);
  if (!config.ok) return refuseToBoot(config.error);
  try {
    await start(config.value);
  } catch (error) {
    refuseToBoot([sentenceOf(error, 'The worker failed to start.')]);
  }
}

export async function start(
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
  const database = await open(config);
  const stores = await openStores(config);
  const services = { database, policies, environment: config.environment, ...stores };
  await prepare(config, database);
  const worker = await startJobs(services, log, known);
  closeOnSignal(log, async () => {
    await worker.close();
    await database.close();
  });
  process.stdout.write('Working\n');
}
