import type { Module } from '@app/platform/service/module';
import { jobsCommand } from './jobs-command.ts';
import { workBesideRequests } from './work.ts';

export const jobs: Module = {
  id: 'jobs',
  routes: () => {},
  background: workBesideRequests,
  command: jobsCommand,
};
