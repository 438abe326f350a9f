import { defineEndpoint, keysIn } from '@app/platform/webhooks/webhooks';
import { handle } from './handler.ts';
import { parse } from './payloads.ts';
import { standardWebhooks } from './standard-webhooks.ts';

export const endpoint = defineEndpoint({
  id: 'billing-partner',
  scheme: standardWebhooks({ prefix: 'webhook' }),
  // Several are live at once: npm run rotate-webhook-key adds one and ends one. (HOOK-1)
  keys: keysIn(new URL('keys.json', import.meta.url)),
  contentTypes: ['application/json'],
  windowDays: 30,
  retainDays: 90,
  parse,
  handler: handle,
});
