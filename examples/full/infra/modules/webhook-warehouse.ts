import type { Contribution } from '../contribution.ts';
import { webhookSecrets } from '../webhook-secrets.ts';

const KEYS = '../../services/api/modules/webhook-warehouse/keys.json';

export const webhookWarehouse: Contribution = {
  module: 'webhook-warehouse',
  ...webhookSecrets(new URL(KEYS, import.meta.url), 'warehouse'),
};
