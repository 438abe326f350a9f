import type { Contribution } from '../components/contribution.ts';
import { readingSecret } from '../components/grants.ts';

const KEY = 'model-clients/assistant/key';
const WHY = 'Authenticates each call to the model provider.';

export const modelClientAssistant: Contribution = {
  module: 'model-client-assistant',
  secrets: [
    {
      name: KEY,
      segment: 'app',
      why: 'The key of this service at the model provider.',
      rotateEveryDays: 90,
    },
  ],
  grants: [
    readingSecret('api', KEY, WHY),
    // Jobs ask the model too.
    { ...readingSecret('worker', KEY, WHY), ifThere: true },
  ],
};
