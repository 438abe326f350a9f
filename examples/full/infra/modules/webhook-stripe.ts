import type { Contribution } from '../contribution.ts';

export const webhookStripe: Contribution = {
  module: 'webhook-stripe',
  secrets: [
    {
      name: 'webhooks/stripe-1',
      segment: 'app',
      why: 'What the provider signs with.',
      rotateEveryDays: 90,
    },
  ],
};
