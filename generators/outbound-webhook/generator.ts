import { defineGenerator, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'outbound-webhook',
  summary:
    'A stream of events for subscribers of your tenants: signed, retried, and switched off when nobody is there',
  kind: 'module',
  named: { message: 'What is it about', example: 'orders' },
  specimen: 'acme-specimen',
  variantOf: { id: 'webhook', flag: 'outbound' },
  questions: [],
  requires: ['app', 'outbound-webhooks'],
  files: [own('**')],
  packages: {},
  environment: [],
  registers: { api: 'outboundWebhookAcmeSpecimen' },
  controls: ['HOOK-3'],
  nextSteps: ({ module }) => [
    `Say what may happen in services/api/modules/${module}/events.ts, and publish it where it does`,
  ],
});
