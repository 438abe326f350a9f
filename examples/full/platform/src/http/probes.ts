import type { Api, Module, Services } from '../service/module.ts';
import { publicAccess } from './access.ts';
import { Refusal } from './problems.ts';
import { events } from '../logging/events.ts';
import { strictObject } from './schemas.ts';
import { Type } from 'typebox';

// Probes have no rate limit, so the answer is cached for this long.
const READINESS_LIFETIME_MS = 1_000;

const liveness = publicAccess(
  'The orchestrator asks, and it learns only that the process answers.',
);
const readiness = publicAccess(
  'The load balancer asks, and it learns only whether to send requests.',
);

export function answerProbes(app: Api, services: Services, modules: readonly Module[]): void {
  const isReady = remembered(() => allReady(app, services, modules));

  app.get('/livez', {
    config: { access: liveness, limit: 'none' },
    schema: { response: { 200: strictObject({ status: Type.Literal('live') }) } },
    handler: async () => ({ status: 'live' as const }),
  });
  app.get('/readyz', {
    config: { access: readiness, limit: 'none', refuses: ['not-ready'] },
    schema: { response: { 200: strictObject({ status: Type.Literal('ready') }) } },
    handler: async () => {
      if (!(await isReady())) throw new Refusal('not-ready', 'The log names what is missing.');
      return { status: 'ready' as const };
    },
  });
}

async function allReady(app: Api, services: Services, modules: readonly Module[]) {
  if (!(await services.database.ready())) {
    app.log.event(events.notReady, { module: 'database' });
    return false;
  }
  const answers = await Promise.all(modules.map((module) => isModuleReady(app, services, module)));
  return answers.every(Boolean);
}

async function isModuleReady(app: Api, services: Services, { id, readiness: ask }: Module) {
  try {
    if (!ask || (await ask(services))) return true;
    app.log.event(events.notReady, { module: id });
  } catch (error) {
    app.log.event(events.notReady, { module: id, err: error });
  }
  return false;
}

function remembered(ask: () => Promise<boolean>): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  let askedAt = 0;
  return () => {
    if (!answer || Date.now() - askedAt > READINESS_LIFETIME_MS) {
      askedAt = Date.now();
      answer = ask();
    }
    return answer;
  };
}
