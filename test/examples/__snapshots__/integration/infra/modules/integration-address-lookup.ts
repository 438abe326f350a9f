import type { Contribution } from '../contribution.ts';
import { readingSecret } from '../grants.ts';

const TOKEN = 'integrations/address-lookup/token';
const WHY = 'Shows it with each call to the other side.';

export const integrationAddressLookup: Contribution = {
  module: 'integration-address-lookup',
  secrets: [
    {
      name: TOKEN,
      segment: 'app',
      why: 'What the other side knows us by.',
      rotateEveryDays: 90,
    },
  ],
  grants: [
    readingSecret('api', TOKEN, WHY),
    // Jobs call the other side too, where there are any.
    { ...readingSecret('worker', TOKEN, WHY), ifThere: true },
  ],
};
