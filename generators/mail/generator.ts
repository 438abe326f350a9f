import { defineGenerator, managed, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'mail',
  summary: 'Mail to one address at a time: a file for a developer, SES in AWS',
  kind: 'module',
  questions: [],
  requires: ['app'],
  files: [own('**'), own('infra/**', { with: 'infra' }), managed('services/api/mailer-kinds.ts')],
  packages: { 'package.json': { 'scripts.mail': 'node services/api/commands/mail.ts' } },
  environment: [
    {
      name: 'MAIL_FROM',
      why: 'The address that mails come from.',
      readBy: 'services/api/modules/mail/env.ts',
    },
    {
      name: 'SES_ENDPOINT',
      why: 'Where mail is handed over, in AWS.',
      readBy: 'services/api/modules/mail/env.ts',
    },
  ],
  registers: { env: true, infra: 'mail' },
  controls: ['HOOK-6'],
  nextSteps: () => ['npm run mail -- try you@example.com'],
});
