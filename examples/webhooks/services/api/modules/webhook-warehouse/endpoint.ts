import { SecretReference } from '@app/platform/secrets';
import { defineEndpoint } from '@app/platform/webhooks';
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
  // Several are live at once, each from its notBefore to its notAfter: README.md says how to rotate. (HOOK-1)
  keys: [{ id: 'warehouse-1', secret: new SecretReference('webhooks/warehouse-1') }],
  contentTypes: ['application/json'],
  windowDays: 30,
  retainDays: 90,
  parse,
  handler: handle,
});
