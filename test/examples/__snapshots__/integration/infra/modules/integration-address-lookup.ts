import type { Contribution } from '../components/contribution.ts';
import { readingSecret } from '../components/grants.ts';

const TOKEN = 'integrations/address-lookup/token';
const WHY = 'Authenticates each call to the other side.';

export const integrationAddressLookup: Contribution = {
  module: 'integration-address-lookup',
  secrets: [
    {
      name: TOKEN,
      segment: 'app',
      why: 'The credential of this service at the other service.',
      rotateEveryDays: 90,
    },
  ],
  grants: [
    readingSecret('api', TOKEN, WHY),
    // Jobs call the other side too.
    { ...readingSecret('worker', TOKEN, WHY), ifThere: true },
  ],
};
