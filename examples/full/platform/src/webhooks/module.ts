import type { Module } from '../service/module.ts';
import { purgeInBackground } from '../service/purge.ts';
import { webhooksCommand } from './command.ts';
import { events } from './events.ts';
import { purgeWebhooks } from './purge.ts';

/** What all endpoints share: the purge of old deliveries, and the command of operators. */
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
