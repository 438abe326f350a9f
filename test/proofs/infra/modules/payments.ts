import type { Contribution } from '../../../infra/components/contribution.ts';
import { encrypting, readingSecret, signing } from '../../../infra/components/grants.ts';

/** A service that moves money: an attacker in another segment does not reach it. */
export const payments: Contribution = {
  module: 'payments',
  segments: [{ id: 'payments', why: 'Card data and the ledger are out of reach of the rest.' }],
  programs: [
    {
      id: 'payments',
      service: 'payments',
      entry: 'services/payments/server.ts',
      kind: 'service',
      listens: { port: 3000, public: false, from: ['api'] },
      segment: 'payments',
      login: 'payments',
    },
    {
      id: 'payments-migrate',
      service: 'payments',
      entry: 'services/payments/commands/migrate.ts',
      kind: 'task',
      segment: 'payments',
      login: 'migrator',
    },
  ],
  keys: [
    {
      purpose: 'ledger',
      segment: 'payments',
      use: 'sign',
      why: 'Signs postings, so that none can be denied or invented.',
    },
    {
      purpose: 'intents',
      segment: 'payments',
      use: 'encrypt',
      why: 'Encrypts payment intents.',
    },
  ],
  secrets: [
    {
      name: 'payments/provider',
      segment: 'payments',
      why: 'Authenticates at the payment provider.',
      rotateEveryDays: 90,
    },
  ],
  alarms: [
    {
      name: 'refund-burst',
      event: 'refund-limited',
      program: 'payments',
      atLeast: 5,
      withinMinutes: 60,
      why: 'an insider may pay money to themselves',
      playbook: 'leaked-session.md',
    },
  ],
  grants: [
    ...signing('payments', 'ledger', 'Signs postings.'),
    encrypting('payments', 'intents', 'Keeps what is about to be paid.'),
    readingSecret('payments', 'payments/provider', 'Calls the payment provider.'),
  ],
};
