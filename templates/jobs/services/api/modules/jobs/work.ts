import type { FastifyBaseLogger } from 'fastify';
import type { Outcome } from '@app/platform/jobs/attempt';
import type { Claimed } from '@app/platform/jobs/store';
import type { Worker } from '@app/platform/jobs/worker';
import { startWorker } from '@app/platform/jobs/worker';
import type { Module, Services } from '../../http/module.ts';
import { jobs } from '../../jobs.ts';
import { JOB_LIMIT, env } from './env.ts';
import { events } from './log-events.ts';

// On a developer's machine there is one process. Elsewhere jobs have processes of their own, so that no amount of
// them makes a request wait.
export const workBesideRequests: NonNullable<Module['background']> = (services, log, profile) =>
  profile === 'local' && jobs.length > 0 ? startJobs(services, log) : undefined;

export function startJobs(services: Services, log: FastifyBaseLogger, known = jobs): Worker {
  const { database, environment } = services;
  return startWorker({
    database,
    jobs: known,
    context: services,
    concurrency: database.kind === 'server' ? environment(env)[JOB_LIMIT] : 1,
    ended: (job, outcome) => tell(log, job, outcome),
    broken: (error) => log.event(events.workerFailed, { err: error }),
  });
}

// By kind and number: what a job is about stands in the database and not in a log. (HOOK-6)
function tell(log: FastifyBaseLogger, { id, kind, attempts }: Claimed, outcome: Outcome): void {
  const job = { kind, job: Number(id), attempt: attempts };
  switch (outcome.kind) {
    case 'done':
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
