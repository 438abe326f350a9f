import type { Contribution } from '../contribution.ts';

export const integrationAddressLookup: Contribution = {
  module: 'integration-address-lookup',
  secrets: [
    {
      name: 'integrations/address-lookup/token',
      segment: 'app',
      why: 'What the other side knows us by.',
      rotateEveryDays: 90,
    },
  ],
};
