import type { Contribution } from '../components/contribution.ts';
import { webhookSecrets } from '../components/webhook-secrets.ts';

const KEYS = '../../services/api/modules/webhook-github/keys.json';

export const webhookGithub: Contribution = {
  module: 'webhook-github',
  ...webhookSecrets(new URL(KEYS, import.meta.url), 'github'),
};
