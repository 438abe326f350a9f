import type { Api } from './module.ts';
import { events } from './log-events.ts';
import type { ProblemCode } from './problems.ts';

const REPORT_EVERY_MS = 60_000;

const COUNTED: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  429: 'rate-limited',
};

interface Refused {
  count: number;
  // The first of them, as a sample: its own log line has the rest.
  readonly route: string;
  readonly sample: string;
}

// Somebody can be refused like this for free, a million times: these are counted, never written one row each.
export function countRefusals(app: Api): void {
  const refused = new Map<ProblemCode, Refused>();
  const report = (): void => {
    for (const [problem, counted] of refused)
      app.log.event(events.refusalsCounted, { problem, ...counted });
    refused.clear();
  };
  const timer = setInterval(report, REPORT_EVERY_MS).unref();

  app.addHook('onResponse', async (request, reply) => {
    const problem = COUNTED[reply.statusCode];
    if (problem === undefined) return;
    const route = request.routeOptions.url ?? 'none';
    const counted = refused.get(problem) ?? { count: 0, route, sample: request.id };
    counted.count += 1;
    refused.set(problem, counted);
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    report();
  });
}
