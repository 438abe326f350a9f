import type { Contribution } from '../../../infra/contribution.ts';
import { encrypting, readingSecret, signing } from '../../../infra/grants.ts';

/** Shaped as a service that moves money: whoever takes over the rest of the project does not reach it. */
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
      why: 'A posting that nobody can deny or invent.',
    },
    {
      purpose: 'intents',
      segment: 'payments',
      use: 'encrypt',
      why: 'What is about to be paid to whom.',
    },
  ],
  secrets: [
    {
      name: 'payments/provider',
      segment: 'payments',
      why: 'What the payment provider knows us by.',
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
      why: 'somebody pays money out, and it may be to themselves',
      playbook: 'leaked-session.md',
    },
  ],
  grants: [
    ...signing('payments', 'ledger', 'Signs postings.'),
    encrypting('payments', 'intents', 'Keeps what is about to be paid.'),
    readingSecret('payments', 'payments/provider', 'Calls the payment provider.'),
  ],
};
