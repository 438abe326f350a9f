import { webhookJob } from '@app/platform/webhooks';
import type { Module } from '../../http/module.ts';
import { acceptDeliveries } from '../webhooks/index.ts';
import { endpoint } from './endpoint.ts';

export const webhookStripe: Module = {
  id: 'webhook-stripe',
  routes: (app, services) => acceptDeliveries(app, services, endpoint),
};

export const webhookStripeJobs = [webhookJob(endpoint)];
