import { pseudonym } from '@app/platform/pseudonym';
import type { Api } from './module.ts';
import { events } from './log-events.ts';
import { methodOf } from './methods.ts';

// The route's pattern, never the address: an address carries ids, tokens and whatever a client typed. (HOOK-6)
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
