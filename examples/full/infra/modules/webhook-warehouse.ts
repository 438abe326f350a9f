import type { Contribution } from '../contribution.ts';

export const webhookWarehouse: Contribution = {
  module: 'webhook-warehouse',
  secrets: [
    {
      name: 'webhooks/warehouse-1',
      segment: 'app',
      why: 'What the provider signs with.',
      rotateEveryDays: 90,
    },
  ],
};
