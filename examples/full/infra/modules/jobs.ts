import type { Contribution } from '../components/contribution.ts';

/** Jobs run apart from requests: a job that hangs or crashes delays no response. */
export const jobs: Contribution = {
  module: 'jobs',
  programs: [
    {
      id: 'worker',
      service: 'api',
      entry: 'services/api/worker.ts',
      kind: 'service',
      segment: 'app',
      login: 'api',
    },
  ],
  alarms: [
    {
      name: 'job-dead',
      event: 'job-dead',
      program: 'worker',
      atLeast: 1,
      withinMinutes: 5,
      why: 'something that was promised will not happen by itself',
      playbook: 'dead-jobs.md',
    },
    {
      name: 'worker-failed',
      event: 'worker-failed',
      program: 'worker',
      atLeast: 3,
      withinMinutes: 5,
      why: 'no job is done',
      playbook: 'service-unhealthy.md',
    },
    {
      name: 'worker-crashed',
      event: 'crashed',
      program: 'worker',
      atLeast: 1,
      withinMinutes: 5,
      why: 'a job that ends the process once ends it again',
      playbook: 'service-unhealthy.md',
    },
    {
      name: 'worker-egress-denied',
      event: 'egress-denied',
      program: 'worker',
      atLeast: 1,
      withinMinutes: 5,
      why: 'somebody has a job call what it must not, or a host is not listed',
      playbook: 'egress-denied.md',
    },
    {
      name: 'worker-line-masked',
      event: 'line-masked',
      program: 'worker',
      atLeast: 1,
      withinMinutes: 5,
      why: 'a secret was on its way into the log, and the next one may look otherwise',
      playbook: 'rotate-a-secret.md',
    },
  ],
};
