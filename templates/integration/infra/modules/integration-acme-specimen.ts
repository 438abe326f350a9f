import type { Contribution } from '../contribution.ts';

export const integrationAcmeSpecimen: Contribution = {
  module: 'integration-acme-specimen',
  secrets: [
    {
      name: 'integrations/acme-specimen/token',
      segment: 'app',
      why: 'What the other side knows us by.',
      rotateEveryDays: 90,
    },
  ],
};
