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
      'scripts.webhooks': 'node services/api/command.ts webhooks',
      'scripts.rotate-webhook-key': 'node services/api/command.ts rotate-webhook-key',
    },
  },
  environment: [],
  registers: {
    api: { name: 'webhooks', from: '@app/platform/webhooks/module' },
    migrations: true,
    infra: 'webhooks',
    commands: {
      webhooks: '@app/platform/webhooks/command',
      'rotate-webhook-key': '@app/platform/webhooks/rotate-key-command',
    },
  },
  controls: ['CHECK-10', 'CHECK-11', 'CHECK-9', 'HOOK-1', 'HOOK-2', 'HOOK-3', 'HOOK-5', 'HOOK-6'],
  nextSteps: () => ['Add an endpoint, say `create-secure-app generate webhook stripe`'],
});
