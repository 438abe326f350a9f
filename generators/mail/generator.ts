import { defineGenerator, managed, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'mail',
  summary: 'Mail to one address at a time: a file for a developer, SES in AWS',
  kind: 'module',
  questions: [],
  requires: ['app'],
  files: [own('**'), own('infra/**', { with: 'infra' }), managed('services/api/mailers.ts')],
  packages: { 'package.json': { 'scripts.mail': 'node services/api/command.ts mail' } },
  environment: [
    {
      name: 'MAIL_FROM',
      why: 'The address that mails come from.',
      readBy: 'platform/src/mail/settings.ts',
    },
    {
      name: 'SES_ENDPOINT',
      why: 'Where mail is handed over, in AWS.',
      readBy: 'platform/src/mail/settings.ts',
    },
  ],
  registers: {
    env: '@app/platform/mail/settings',
    infra: 'mail',
    commands: { mail: './modules/mail/command.ts' },
  },
  controls: ['HOOK-6'],
  nextSteps: () => ['npm run mail -- try you@example.com'],
});
