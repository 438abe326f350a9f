import type { Contribution } from '../contribution.ts';

export const webhookAcmeSpecimen: Contribution = {
  module: 'webhook-acme-specimen',
  secrets: [
    {
      name: 'webhooks/acme-specimen-1',
      segment: 'app',
      why: 'What the provider signs with.',
      rotateEveryDays: 90,
    },
  ],
};
