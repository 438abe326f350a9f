import { webhookJob } from '@app/platform/webhooks/webhooks';
import type { Module } from '@app/platform/service/module';
import { acceptDeliveries } from '@app/platform/webhooks/route';
import { endpoint } from './endpoint.ts';

export const webhookStripe: Module = {
  id: 'webhook-stripe',
  routes: (app, services) => acceptDeliveries(app, services, endpoint),
};

export const webhookStripeJobs = [webhookJob(endpoint)];
