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
      why: 'a job failed for good and does not run again by itself',
      playbook: 'dead-jobs.md',
    },
    {
      name: 'worker-failed',
      event: 'worker-failed',
      program: 'worker',
      atLeast: 3,
      withinMinutes: 5,
      why: 'no worker runs jobs',
      playbook: 'service-unhealthy.md',
    },
    {
      name: 'worker-crashed',
      event: 'crashed',
      program: 'worker',
      atLeast: 1,
      withinMinutes: 5,
      why: 'a job that crashed the worker crashes it again',
      playbook: 'service-unhealthy.md',
    },
    {
      name: 'worker-egress-denied',
      event: 'egress-denied',
      program: 'worker',
      atLeast: 1,
      withinMinutes: 5,
      why: 'a job called a host that is not listed: an attack, or a missing line',
      playbook: 'egress-denied.md',
    },
    {
      name: 'worker-line-masked',
      event: 'line-masked',
      program: 'worker',
      atLeast: 1,
      withinMinutes: 5,
      why: 'a log line contained a secret, and masking may miss the next one',
      playbook: 'rotate-a-secret.md',
    },
  ],
};
