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
      why: 'Encrypts the signing secrets of subscribers: read access to the database must not reveal them.',
    },
  ],
  alarms: [
    {
      name: 'purge-failed',
      event: 'outbound-purge-failed',
      program: 'api',
      atLeast: 3,
      withinMinutes: 60,
      why: 'messages are kept longer than their retention',
      playbook: 'dead-jobs.md',
    },
  ],
  grants: [
    encrypting('api', 'outbound-webhooks', 'Encrypts the secret of a subscriber.'),
    encrypting('worker', 'outbound-webhooks', 'Decrypts it to sign a message.'),
  ],
};
