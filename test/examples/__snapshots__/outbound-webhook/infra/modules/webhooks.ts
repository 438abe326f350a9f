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
      why: 'Deliveries quote people: the database alone must not be enough to read them.',
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
      why: 'somebody who holds a key sent another body under an id that was used',
      playbook: 'webhook-key-leaked.md',
    },
    {
      name: 'refused',
      event: 'webhooks-refused',
      program: 'api',
      atLeast: 5,
      withinMinutes: 5,
      why: 'somebody replays or guesses, or the provider signs with a key that is not ours',
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
      why: 'deliveries are refused, and providers give up after a while',
      playbook: 'webhook-provider-outage.md',
    },
    {
      name: 'purge-failed',
      event: 'webhook-purge-failed',
      program: 'api',
      atLeast: 3,
      withinMinutes: 60,
      why: 'deliveries are kept for longer than was promised',
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
