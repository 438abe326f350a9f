import type { Module } from '@app/platform/service/module';
import { manageSubscribers } from '@app/platform/outbound-webhooks/routes';
import { stream } from './events.ts';

export { publishAcmeSpecimen } from './events.ts';

export const outboundWebhookAcmeSpecimen: Module = {
  id: 'outbound-webhook-acme-specimen',
  routes: (app, services) => manageSubscribers(app, services, stream),
};
