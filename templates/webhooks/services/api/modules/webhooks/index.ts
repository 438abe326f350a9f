import { purgeWebhooks } from '@app/platform/webhooks/purge';
import type { Module } from '@app/platform/service/module';
import { purgeInBackground } from '@app/platform/service/purge';
import { events } from './log-events.ts';
import { webhooksCommand } from './webhooks-command.ts';

export { acceptDeliveries } from './route.ts';

export const webhooks: Module = {
  id: 'webhooks',
  routes: () => {},
  background: purgeInBackground({
    reason: 'delete old webhooks',
    purge: purgeWebhooks,
    failed: events.webhookPurgeFailed,
  }),
  command: webhooksCommand,
};
