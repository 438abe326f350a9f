import { webhookJob } from '@app/platform/webhooks/webhooks';
import type { Module } from '@app/platform/service/module';
import { acceptDeliveries } from '@app/platform/webhooks/route';
import { endpoint } from './endpoint.ts';

export const webhookGithub: Module = {
  id: 'webhook-github',
  routes: (app, services) => acceptDeliveries(app, services, endpoint),
};

export const webhookGithubJobs = [webhookJob(endpoint)];
