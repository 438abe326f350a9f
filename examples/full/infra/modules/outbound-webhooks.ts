import type { Contribution } from '../components/contribution.ts';
import { encrypting } from '../components/grants.ts';

/** Only the worker calls subscribers. It runs in separate subnets, because no list can hold the subscribers' hosts. */
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
    encrypting('api', 'outbound-webhooks', 'Encrypts the secret of a subscriber.'),
    encrypting('worker', 'outbound-webhooks', 'Decrypts it to sign a message.'),
  ],
};
