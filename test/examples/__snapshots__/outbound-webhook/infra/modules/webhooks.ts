import type { Contribution } from '../contribution.ts';

/** What every endpoint needs; its own secrets are in a file beside this one. */
export const webhooks: Contribution = {
  module: 'webhooks',
  keys: [
    {
      purpose: 'webhooks',
      segment: 'app',
      use: 'encrypt',
      why: 'Deliveries quote people: the database alone must not be enough to read them.',
    },
  ],
};
