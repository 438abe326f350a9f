import { defineGenerator, managed, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'jobs',
  summary: 'Work that is done later and takes effect once: retries, lanes, dead letters, a worker',
  kind: 'module',
  questions: [],
  requires: ['app'],
  files: [own('**'), own('infra/**', { with: 'infra' }), managed('services/api/jobs.ts')],
  packages: {
    'package.json': {
      'scripts.jobs': 'node services/api/command.ts jobs',
      'scripts.worker': 'node services/api/worker.ts',
    },
  },
  environment: [
    {
      name: 'WORKER_JOB_LIMIT',
      why: 'How many jobs a worker does at once, on a server.',
      readBy: 'platform/src/jobs/settings.ts',
    },
    {
      name: 'OPENLINEAGE_URL',
      why: 'Where OpenLineage run events go; off when absent.',
      readBy: 'platform/src/jobs/settings.ts',
    },
  ],
  registers: {
    api: { name: 'jobsModule', from: '@app/platform/jobs/module', madeFrom: 'jobs' },
    env: '@app/platform/jobs/settings',
    migrations: true,
    infra: 'jobs',
    commands: { jobs: './jobs-command.ts' },
  },
  controls: ['AUTHZ-1', 'HOOK-3', 'HOOK-6', 'HOOK-7', 'OBS-1'],
  nextSteps: () => ['Read platform/src/jobs/README.md: how a module defines a job'],
});
