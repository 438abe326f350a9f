import type { Outcome } from '@app/platform/webhooks/webhooks';
import type { Api } from '@app/platform/service/module';
import { events } from './log-events.ts';

const REPORT_EVERY_MS = 60_000;

export type Refused = Exclude<Outcome['kind'], 'accepted' | 'duplicate' | 'answered'>;

// Anybody can be refused for free, a million times: these are counted, and never written one row each. (CHECK-11)
export function countRefused(
  app: Api,
  endpoint: string,
): (outcome: Refused, sample: string) => void {
  const refused = new Map<Refused, { count: number; readonly sample: string }>();
  const report = (): void => {
    for (const [outcome, counted] of refused)
      app.log.event(events.webhooksRefused, { endpoint, outcome, ...counted });
    refused.clear();
  };
  const timer = setInterval(report, REPORT_EVERY_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    report();
  });
  return (outcome, sample) => {
    const counted = refused.get(outcome) ?? { count: 0, sample };
    counted.count += 1;
    refused.set(outcome, counted);
  };
}
