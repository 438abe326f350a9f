import type { Contribution } from '../contribution.ts';

/** Jobs are done apart from requests: one that hangs or is fed something bad holds nobody's answer up. */
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
};
