import type { Module } from '../../http/module.ts';
import { manageSubscribers } from '../outbound-webhooks/index.ts';
import { stream } from './events.ts';

export { publishOrders } from './events.ts';

export const outboundWebhookOrders: Module = {
  id: 'outbound-webhook-orders',
  routes: (app, services) => manageSubscribers(app, services, stream),
};
