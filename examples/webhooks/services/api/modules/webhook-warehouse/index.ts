import type { JobDefinition } from '@app/platform/jobs';
import { webhookJob } from '@app/platform/webhooks';
import type { Module, Services } from '../../http/module.ts';
import { acceptDeliveries } from '../webhooks/index.ts';
import { endpoint } from './endpoint.ts';

export const webhookWarehouse: Module = {
  id: 'webhook-warehouse',
  routes: (app, services) => acceptDeliveries(app, services, endpoint),
};

export const webhookWarehouseJobs: readonly JobDefinition<Services>[] = [webhookJob(endpoint)];
