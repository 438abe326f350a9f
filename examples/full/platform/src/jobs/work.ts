import type { FastifyBaseLogger } from 'fastify';
import type { Module, Services } from '../service/module.ts';
import type { Outcome } from './attempt.ts';
import type { JobDefinition } from './definition.ts';
import { events } from './events.ts';
import { env, JOB_LIMIT, LINEAGE_URL } from './settings.ts';
import type { Claimed } from './store.ts';
import type { Worker } from './worker.ts';
import { startWorker } from './worker.ts';

// A developer's machine has one process. Elsewhere jobs run in processes of their own, so that they slow no request down.
export function workBesideRequests(
  jobs: readonly JobDefinition<Services>[],
): NonNullable<Module['background']> {
  return (services, log, profile) => {
    if (profile !== 'local' || jobs.length === 0) return undefined;
    const starting = startJobs(services, log, jobs);
    return { close: async () => (await starting).close() };
  };
}

export async function startJobs(
  services: Services,
  log: FastifyBaseLogger,
  jobs: readonly JobDefinition<Services>[],
): Promise<Worker> {
  const { database, environment } = services;
  const { [JOB_LIMIT]: most, [LINEAGE_URL]: receiver } = environment(env);
  const broken = (error: unknown): void => log.event(events.workerFailed, { err: error });
  // Loaded only if a receiver is configured.
  const lineage =
    receiver === undefined
      ? undefined
      : (await import('./lineage-reports.ts')).reportLineage(receiver, database, jobs, broken);
  const worker = startWorker({
    database,
    jobs: lineage ? [...jobs, lineage.job] : jobs,
    context: services,
    concurrency: database.kind === 'server' ? most : 1,
    ended: (job, outcome) => {
      lineage?.count(job, outcome);
      logOutcome(log, job, outcome);
    },
    broken,
  });
  return {
    close: async () => {
      await worker.close();
      await lineage?.close();
    },
  };
}

// A line names a job by kind and number. Its payload stays in the database. (HOOK-6)
function logOutcome(
  log: FastifyBaseLogger,
  { id, kind, attempts }: Claimed,
  outcome: Outcome,
): void {
  const job = { kind, job: Number(id), attempt: attempts };
  switch (outcome.kind) {
    case 'done':
      if (outcome.told !== undefined) log.event(events.jobTold, { ...job, what: outcome.told });
      return;
    case 'put-off':
      return log.event(events.jobPutOff, { ...job, ...errorOf(outcome) });
    case 'dead':
      return log.event(events.jobDead, { ...job, ...errorOf(outcome) });
    case 'taken-over':
      return log.event(events.jobTakenOver, job);
    case 'given-back':
      return log.event(events.jobGivenBack, job);
  }
}

function errorOf({ error }: { readonly error?: unknown }): { err?: unknown } {
  return error === undefined ? {} : { err: error };
}
