import { SecretReference } from '@app/platform/secrets';
import { defineEndpoint } from '@app/platform/webhooks';
import { handle } from './handler.ts';
import { parse } from './payloads.ts';
import { github } from './github.ts';

export const endpoint = defineEndpoint({
  id: 'github',
  scheme: github(),
  // Several are live at once, each from its notBefore to its notAfter: README.md says how to rotate. (HOOK-1)
  keys: [{ id: 'github-1', secret: new SecretReference('webhooks/github-1') }],
  contentTypes: ['application/json'],

  // No time is signed: whoever holds a delivery could send it again after that. (HOOK-2)
  windowDays: 400,
  retainDays: 90,
  parse,
  handler: handle,
});
