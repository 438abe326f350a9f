import type { Api } from './module.ts';
import { events } from './log-events.ts';

const REPORT_EVERY_MS = 60_000;

// Somebody unknown can be refused for free, a million times: these are counted, never written one row each.
export function countAnonymousRefusals(app: Api): void {
  let count = 0;
  const report = (): void => {
    if (count > 0) app.log.event(events.anonymousRefused, { count, problem: 'unauthenticated' });
    count = 0;
  };
  const timer = setInterval(report, REPORT_EVERY_MS).unref();

  app.addHook('onResponse', async (_request, reply) => {
    if (reply.statusCode === 401) count += 1;
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    report();
  });
}
