import type { Contribution } from '../contribution.ts';

export const webhookBillingPartner: Contribution = {
  module: 'webhook-billing-partner',
  secrets: [
    {
      name: 'webhooks/billing-partner-1',
      segment: 'app',
      why: 'What the provider signs with.',
      rotateEveryDays: 90,
    },
  ],
};
