import type { Contribution } from '../components/contribution.ts';
import { webhookSecrets } from '../components/webhook-secrets.ts';

const KEYS = '../../services/api/modules/webhook-stripe/keys.json';

export const webhookStripe: Contribution = {
  module: 'webhook-stripe',
  ...webhookSecrets(new URL(KEYS, import.meta.url), 'stripe'),
};
