import type { Contribution } from '../contribution.ts';
import { encrypting } from '../grants.ts';

/** Subscribers are called by the worker alone: it stands in subnets of its own, which lead to where nobody could list. */
export const outboundWebhooks: Contribution = {
  module: 'outbound-webhooks',
  callsChosen: ['worker'],
  keys: [
    {
      purpose: 'outbound-webhooks',
      segment: 'app',
      use: 'encrypt',
      why: 'What we sign with is known to subscribers, and must not be to whoever reads the database.',
    },
  ],
  alarms: [
    {
      name: 'purge-failed',
      event: 'outbound-purge-failed',
      program: 'api',
      atLeast: 3,
      withinMinutes: 60,
      why: 'messages are kept for longer than was promised',
      playbook: 'dead-jobs.md',
    },
  ],
  grants: [
    encrypting('api', 'outbound-webhooks', 'Seals the secret of a subscriber.'),
    encrypting('worker', 'outbound-webhooks', 'Opens it to sign a message.'),
  ],
};
