import type { FastifyBaseLogger } from 'fastify';
import type { Outcome } from '@app/platform/jobs/attempt';
import type { Claimed } from '@app/platform/jobs/store';
import type { Worker } from '@app/platform/jobs/worker';
import { startWorker } from '@app/platform/jobs/worker';
import type { Module, Services } from '@app/platform/service/module';
import { jobs } from '../../jobs.ts';
import { JOB_LIMIT, LINEAGE_URL, env } from './env.ts';
import { events } from './log-events.ts';

// On a developer's machine there is one process. Elsewhere jobs have processes of their own, so that no amount of
// them makes a request wait.
export const workBesideRequests: NonNullable<Module['background']> = (services, log, profile) => {
  if (profile !== 'local' || jobs.length === 0) return undefined;
  const starting = startJobs(services, log);
  return { close: async () => (await starting).close() };
};

export async function startJobs(
  services: Services,
  log: FastifyBaseLogger,
  known = jobs,
): Promise<Worker> {
  const { database, environment } = services;
  const { [JOB_LIMIT]: most, [LINEAGE_URL]: receiver } = environment(env);
  const broken = (error: unknown): void => log.event(events.workerFailed, { err: error });
  // Loaded where a receiver is configured, and nowhere else.
  const lineage =
    receiver === undefined
      ? undefined
      : (await import('./lineage.ts')).lineageTo(receiver, database, known, broken);
  const worker = startWorker({
    database,
    jobs: lineage ? [...known, lineage.job] : known,
    context: services,
    concurrency: database.kind === 'server' ? most : 1,
    ended: (job, outcome) => {
      lineage?.count(job, outcome);
      tell(log, job, outcome);
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

// By kind and number: what a job is about stands in the database and not in a log. (HOOK-6)
function tell(log: FastifyBaseLogger, { id, kind, attempts }: Claimed, outcome: Outcome): void {
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
