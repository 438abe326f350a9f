import type { Contribution } from '../components/contribution.ts';
import { webhookSecrets } from '../components/webhook-secrets.ts';

const KEYS = '../../services/api/modules/webhook-acme-specimen/keys.json';

export const webhookAcmeSpecimen: Contribution = {
  module: 'webhook-acme-specimen',
  ...webhookSecrets(new URL(KEYS, import.meta.url), 'acme-specimen'),
};
