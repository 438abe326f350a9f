import { defineEndpoint, keysIn } from '@app/platform/webhooks/webhooks';
import { handle } from './handler.ts';
import { parse } from './payloads.ts';
import { custom } from './custom.ts';

export const endpoint = defineEndpoint({
  id: 'warehouse',
  scheme: custom({
    signature: { header: 'x-signature', encoding: 'hex', prefix: 'v1=' },
    signed: '{timestamp}.{id}.{body}',
    timestamp: { header: 'x-timestamp', unit: 's' },
    id: { header: 'x-id' },
  }),
  // Several are live at once: npm run rotate-webhook-key adds one and ends one. (HOOK-1)
  keys: keysIn(new URL('keys.json', import.meta.url)),
  contentTypes: ['application/json'],
  windowDays: 30,
  retainDays: 90,
  parse,
  handler: handle,
});
