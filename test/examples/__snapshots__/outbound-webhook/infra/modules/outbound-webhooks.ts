import type { Contribution } from '../contribution.ts';

export const outboundWebhooks: Contribution = {
  module: 'outbound-webhooks',
  keys: [
    {
      purpose: 'outbound-webhooks',
      segment: 'app',
      use: 'encrypt',
      why: 'What we sign with is known to subscribers, and must not be to whoever reads the database.',
    },
  ],
};
