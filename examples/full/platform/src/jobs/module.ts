import type { Module, Services } from '../service/module.ts';
import { jobsCommand } from './command.ts';
import type { JobDefinition } from './definition.ts';
import { workBesideRequests } from './work.ts';

/** The worker beside requests, and the command of operators, for the jobs that the modules of a service list. */
export function jobsModule(jobs: readonly JobDefinition<Services>[]): Module {
  return {
    id: 'jobs',
    routes: () => {},
    background: workBesideRequests(jobs),
    command: jobsCommand(jobs),
  };
}
