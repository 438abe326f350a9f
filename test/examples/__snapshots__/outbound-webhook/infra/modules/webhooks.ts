import type { Contribution } from '../components/contribution.ts';
import { encrypting } from '../components/grants.ts';

/** The needs of all endpoints. The secrets of an endpoint are in its own file. */
export const webhooks: Contribution = {
  module: 'webhooks',
  keys: [
    {
      purpose: 'webhooks',
      segment: 'app',
      use: 'encrypt',
      why: 'Encrypts deliveries, which hold personal data: read access to the database must not reveal them.',
    },
  ],
  provenBodies: [
    {
      path: '/webhooks/',
      why: 'A provider quotes text of its users, and a delivery that WAF blocks is lost.',
    },
  ],
  alarms: [
    {
      name: 'conflict',
      event: 'webhook-conflict',
      program: 'api',
      atLeast: 1,
      withinMinutes: 5,
      why: 'a sender with a valid key reused an id for another body',
      playbook: 'webhook-key-leaked.md',
    },
    {
      name: 'refused',
      event: 'webhooks-refused',
      program: 'api',
      atLeast: 5,
      withinMinutes: 5,
      why: 'signatures are replayed or guessed, or the provider uses an unknown key',
      playbook: 'webhook-replay-spike.md',
    },
    {
      name: 'key-missing',
      event: 'webhook-key-missing',
      program: 'api',
      atLeast: 1,
      withinMinutes: 5,
      why: 'deliveries are refused until the secret is set',
      playbook: 'webhook-provider-outage.md',
    },
    {
      name: 'not-kept',
      event: 'webhook-not-kept',
      program: 'api',
      atLeast: 1,
      withinMinutes: 5,
      why: 'deliveries are refused, and a provider stops retrying after some days',
      playbook: 'webhook-provider-outage.md',
    },
    {
      name: 'purge-failed',
      event: 'webhook-purge-failed',
      program: 'api',
      atLeast: 3,
      withinMinutes: 60,
      why: 'deliveries are kept longer than their retention',
      playbook: 'dead-jobs.md',
    },
  ],
  grants: [
    encrypting('api', 'webhooks', 'Encrypts a delivery before it is stored.'),
    encrypting('worker', 'webhooks', 'Decrypts a delivery to handle it.'),
    encrypting(
      'operator',
      'webhooks',
      'Shows a delivery to an operator, which the audit trail records.',
    ),
  ],
};
