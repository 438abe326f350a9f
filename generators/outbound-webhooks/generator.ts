import { defineGenerator, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'outbound-webhooks',
  summary:
    'What all streams of outbound webhooks share: subscribers, signed deliveries, retries, a log',
  kind: 'module',
  questions: [],
  requires: ['app', 'jobs', 'webhooks'],
  files: [own('**'), own('infra/**', { with: 'infra' })],
  packages: {
    'package.json': {
      'scripts.outbound-webhooks': 'node services/api/command.ts outbound-webhooks',
    },
  },
  environment: [],
  registers: {
    api: { name: 'outboundWebhooks', from: '@app/platform/outbound-webhooks/module' },
    jobs: { name: 'outboundWebhooksJobs', from: '@app/platform/outbound-webhooks/module' },
    migrations: true,
    infra: 'outboundWebhooks',
    commands: { 'outbound-webhooks': '@app/platform/outbound-webhooks/command' },
  },
  controls: ['AUTHZ-1', 'HOOK-1', 'HOOK-3', 'HOOK-4', 'HOOK-6', 'OBS-1'],
  nextSteps: () => ['Add a stream, say `create-secure-app generate webhook --outbound orders`'],
});
