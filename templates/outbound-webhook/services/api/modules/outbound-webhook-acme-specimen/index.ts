import type { Module } from '../../http/module.ts';
import { manageSubscribers } from '../outbound-webhooks/index.ts';
import { stream } from './events.ts';

export { publishAcmeSpecimen } from './events.ts';

export const outboundWebhookAcmeSpecimen: Module = {
  id: 'outbound-webhook-acme-specimen',
  routes: (app, services) => manageSubscribers(app, services, stream),
};
