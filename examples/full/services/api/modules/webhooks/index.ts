import { purgeWebhooks } from '@app/platform/webhooks/purge';
import type { Module } from '../../http/module.ts';
import { purgeInBackground } from '../../purge.ts';
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
