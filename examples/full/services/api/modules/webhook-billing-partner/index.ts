import { webhookJob } from '@app/platform/webhooks';
import type { Module } from '../../http/module.ts';
import { acceptDeliveries } from '../webhooks/index.ts';
import { endpoint } from './endpoint.ts';

export const webhookBillingPartner: Module = {
  id: 'webhook-billing-partner',
  routes: (app, services) => acceptDeliveries(app, services, endpoint),
};

export const webhookBillingPartnerJobs = [webhookJob(endpoint)];
