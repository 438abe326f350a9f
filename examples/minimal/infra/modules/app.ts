import type { Contribution } from '../contribution.ts';

/** What the service itself asks of the cloud, whatever modules it has. What nobody asks for is not made. (SUPPLY-5) */
export const app: Contribution = {
  module: 'app',
  segments: [{ id: 'app', why: 'The service, its workers and its commands share one database.' }],
  programs: [
    {
      id: 'api',
      service: 'api',
      entry: 'services/api/server.ts',
      kind: 'service',
      listens: { port: 3000, public: true },
      segment: 'app',
      login: 'api',
    },
    {
      id: 'migrate',
      service: 'api',
      entry: 'services/api/commands/migrate.ts',
      kind: 'task',
      segment: 'app',
      login: 'migrator',
    },
  ],
};
