import type { Contribution } from '../components/contribution.ts';
import { webhookSecrets } from '../components/webhook-secrets.ts';

const KEYS = '../../services/api/modules/webhook-warehouse/keys.json';

export const webhookWarehouse: Contribution = {
  module: 'webhook-warehouse',
  ...webhookSecrets(new URL(KEYS, import.meta.url), 'warehouse'),
};
