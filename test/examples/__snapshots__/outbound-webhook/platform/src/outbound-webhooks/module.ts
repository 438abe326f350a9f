import type { JobDefinition } from '../jobs/jobs.ts';
import { defineEvent, error } from '../logging/events.ts';
import type { Module, Services } from '../service/module.ts';
import { purgeInBackground } from '../service/purge.ts';
import { outboundWebhooksCommand } from './command.ts';
import { deliveryJobs } from './deliver.ts';
import { subscriberEgress } from './egress.ts';
import { purgeOutbound } from './operate.ts';

const purgeFailed = defineEvent('outbound-purge-failed', 'error', { err: error });

/** What all streams share: the purge of old events, and the command of operators. */
export const outboundWebhooks: Module = {
  id: 'outbound-webhooks',
  routes: () => {},
  background: purgeInBackground({
    reason: 'delete old events',
    purge: purgeOutbound,
    failed: purgeFailed,
  }),
  command: outboundWebhooksCommand,
};

export const outboundWebhooksJobs: readonly JobDefinition<Services>[] =
  deliveryJobs(subscriberEgress);
