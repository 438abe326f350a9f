import { defineEndpoint, keysIn } from '@app/platform/webhooks/webhooks';
import { handle } from './handler.ts';
import { parse } from './payloads.ts';
import { github } from './github.ts';

export const endpoint = defineEndpoint({
  id: 'github',
  scheme: github(),
  // Several are live at once: npm run rotate-webhook-key adds one and ends one. (HOOK-1)
  keys: keysIn(new URL('keys.json', import.meta.url)),
  contentTypes: ['application/json'],

  // No time is signed: whoever holds a delivery could send it again after that. (HOOK-2)
  windowDays: 400,
  retainDays: 90,
  parse,
  handler: handle,
});
