import type { Contribution } from '../contribution.ts';
import { webhookSecrets } from '../webhook-secrets.ts';

const KEYS = '../../services/api/modules/webhook-stripe/keys.json';

export const webhookStripe: Contribution = {
  module: 'webhook-stripe',
  ...webhookSecrets(new URL(KEYS, import.meta.url), 'stripe'),
};
