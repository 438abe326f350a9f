import type { Module } from '@app/platform/service/module';
import { manageSubscribers } from '@app/platform/outbound-webhooks/routes';
import { stream } from './events.ts';

export { publishOrders } from './events.ts';

export const outboundWebhookOrders: Module = {
  id: 'outbound-webhook-orders',
  routes: (app, services) => manageSubscribers(app, services, stream),
};
