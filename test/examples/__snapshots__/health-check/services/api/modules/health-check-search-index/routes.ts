import { allow } from '@app/platform/http/access';
import type { Api, Services } from '@app/platform/service/module';
import { BUDGET_MS, env } from './env.ts';
import { latestRuns, ownTenant, runProbe } from './runs.ts';
import { Run, Runs } from './schemas.ts';

// A run costs something and its result tells an attacker something: operators only. (AUTHZ-1)
const PATH = '/health-checks/search-index/runs';
const RUN = 'HealthCheckSearchIndex::Action::"run"';
const LIST = 'HealthCheckSearchIndex::Action::"list"';

export function routes(app: Api, services: Services): void {
  const budgetMs = services.environment(env)[BUDGET_MS];

  app.post(PATH, {
    config: { access: allow(RUN, ownTenant) },
    schema: { response: { 201: Run } },
    handler: async ({ authorized }, reply) => {
      const run = await runProbe(authorized, budgetMs);
      reply.code(201);
      return run;
    },
  });

  app.get(PATH, {
    config: { access: allow(LIST, ownTenant) },
    schema: { response: { 200: Runs } },
    handler: ({ authorized }) => latestRuns(authorized),
  });
}
