import { defineGenerator, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'webhooks',
  summary: 'What all webhook endpoints share: verified, kept encrypted, and acted on once',
  kind: 'module',
  questions: [],
  requires: ['app', 'jobs'],
  files: [own('**'), own('infra/**', { with: 'infra' })],
  packages: {
    'package.json': {
      'scripts.webhooks': 'node services/api/commands/webhooks.ts',
      'scripts.rotate-webhook-key': 'node services/api/commands/rotate-webhook-key.ts',
    },
  },
  environment: [],
  registers: { api: 'webhooks', migrations: true, infra: 'webhooks' },
  controls: ['CHECK-10', 'CHECK-11', 'CHECK-9', 'HOOK-1', 'HOOK-2', 'HOOK-3', 'HOOK-5', 'HOOK-6'],
  nextSteps: () => ['Add an endpoint, say `create-secure-app generate webhook stripe`'],
});
