import type { Sample } from '../../../../test/support/installed.ts';

// One request for each route that changes something: the invariants send them, and look at what they left behind.
export const samples: readonly Sample[] = [
  {
    route: 'POST /health-checks/search-index/runs',
    role: 'operator',
    prepare: async () => ({ url: '/health-checks/search-index/runs' }),
  },
];
