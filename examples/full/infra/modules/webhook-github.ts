import type { Contribution } from '../contribution.ts';

export const webhookGithub: Contribution = {
  module: 'webhook-github',
  secrets: [
    {
      name: 'webhooks/github-1',
      segment: 'app',
      why: 'What the provider signs with.',
      rotateEveryDays: 90,
    },
  ],
};
