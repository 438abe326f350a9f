import { webhookJob } from '@app/platform/webhooks';
import type { Module } from '../../http/module.ts';
import { acceptDeliveries } from '../webhooks/index.ts';
import { endpoint } from './endpoint.ts';

export const webhookGithub: Module = {
  id: 'webhook-github',
  routes: (app, services) => acceptDeliveries(app, services, endpoint),
};

export const webhookGithubJobs = [webhookJob(endpoint)];
