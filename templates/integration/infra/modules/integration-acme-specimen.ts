import type { Contribution } from '../contribution.ts';
import { readingSecret } from '../grants.ts';

const TOKEN = 'integrations/acme-specimen/token';
const WHY = 'Shows it with each call to the other side.';

export const integrationAcmeSpecimen: Contribution = {
  module: 'integration-acme-specimen',
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
