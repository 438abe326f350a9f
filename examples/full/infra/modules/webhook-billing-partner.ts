import type { Contribution } from '../components/contribution.ts';
import { webhookSecrets } from '../components/webhook-secrets.ts';

const KEYS = '../../services/api/modules/webhook-billing-partner/keys.json';

export const webhookBillingPartner: Contribution = {
  module: 'webhook-billing-partner',
  ...webhookSecrets(new URL(KEYS, import.meta.url), 'billing-partner'),
};
