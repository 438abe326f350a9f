import type { JobDefinition } from '@app/platform/jobs';
import { deliveryJobs } from '@app/platform/outbound-webhooks';
import type { Module, Services } from '../../http/module.ts';
import { outboundWebhooksCommand } from './outbound-webhooks-command.ts';
import { purgeInBackground } from './purge.ts';
import { wayOut } from './way-out.ts';

export { manageSubscribers } from './routes.ts';

export const outboundWebhooks: Module = {
  id: 'outbound-webhooks',
  routes: () => {},
  background: purgeInBackground,
  command: outboundWebhooksCommand,
};

export const outboundWebhooksJobs: readonly JobDefinition<Services>[] = deliveryJobs(wayOut);
