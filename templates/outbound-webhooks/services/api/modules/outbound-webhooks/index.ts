import type { JobDefinition } from '@app/platform/jobs/jobs';
import { deliveryJobs } from '@app/platform/outbound-webhooks/outbound-webhooks';
import { purgeOutbound } from '@app/platform/outbound-webhooks/operate';
import type { Module, Services } from '@app/platform/service/module';
import { purgeInBackground } from '@app/platform/service/purge';
import { events } from './log-events.ts';
import { outboundWebhooksCommand } from './outbound-webhooks-command.ts';
import { wayOut } from './way-out.ts';

export { manageSubscribers } from './routes.ts';

export const outboundWebhooks: Module = {
  id: 'outbound-webhooks',
  routes: () => {},
  background: purgeInBackground({
    reason: 'delete old events',
    purge: purgeOutbound,
    failed: events.outboundPurgeFailed,
  }),
  command: outboundWebhooksCommand,
};

export const outboundWebhooksJobs: readonly JobDefinition<Services>[] = deliveryJobs(wayOut);
