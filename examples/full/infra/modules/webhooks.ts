import type { Contribution } from '../contribution.ts';
import { encrypting } from '../grants.ts';

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
  provenBodies: [
    {
      path: '/webhooks/',
      why: 'A provider quotes whatever its own users wrote, and a delivery that is blocked is lost.',
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
    encrypting('api', 'webhooks', 'Seals what was delivered before it is kept.'),
    encrypting('worker', 'webhooks', 'Opens a delivery to handle it.'),
    encrypting('operator', 'webhooks', 'Shows a delivery to a person, which is on record.'),
  ],
};
