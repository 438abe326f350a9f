import { SecretReference } from '@app/platform/secrets';
import { defineEndpoint } from '@app/platform/webhooks';
import { handle } from './handler.ts';
import { parse } from './payloads.ts';
import { standardWebhooks } from './standard-webhooks.ts';

export const endpoint = defineEndpoint({
  id: 'billing-partner',
  scheme: standardWebhooks({ prefix: 'webhook' }),
  // Several are live at once, each from its notBefore to its notAfter: README.md says how to rotate. (HOOK-1)
  keys: [{ id: 'billing-partner-1', secret: new SecretReference('webhooks/billing-partner-1') }],
  contentTypes: ['application/json'],
  windowDays: 30,
  retainDays: 90,
  parse,
  handler: handle,
});
