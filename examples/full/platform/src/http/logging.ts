import { events } from '../logging/events.ts';
import { pseudonym } from '../logging/masking.ts';
import type { Api } from '../service/module.ts';
import type { ProblemCode } from './problems.ts';
import { methodOf } from './methods.ts';

// Log the route's pattern, never the address: an address contains ids, tokens and other input. (HOOK-6)
export function logRequests(app: Api): void {
  app.addHook('onResponse', async (request, reply) => {
    const { caller, method, routeOptions } = request;
    request.log.event(events.requestEnded, {
      method: methodOf(method),
      route: routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...(caller && { subject: pseudonym(caller.subject) }),
    });
  });
}

const REPORT_EVERY_MS = 60_000;

const COUNTED: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  429: 'rate-limited',
};

interface Refused {
  count: number;
  // The id of the first one. Its own log line has the details.
  readonly route: string;
  readonly sample: string;
}

// An unauthenticated client causes these refusals at no cost, so they are counted in memory and reported in one line.
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
