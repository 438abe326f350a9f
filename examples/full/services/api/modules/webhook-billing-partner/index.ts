import { webhookJob } from '@app/platform/webhooks/webhooks';
import type { Module } from '@app/platform/service/module';
import { acceptDeliveries } from '@app/platform/webhooks/route';
import { endpoint } from './endpoint.ts';

export const webhookBillingPartner: Module = {
  id: 'webhook-billing-partner',
  routes: (app, services) => acceptDeliveries(app, services, endpoint),
};

export const webhookBillingPartnerJobs = [webhookJob(endpoint)];
