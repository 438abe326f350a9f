import type { Contribution } from '../contribution.ts';

// Where mail comes from: your domain, or better one below it that does nothing else.
const FROM = 'mail.example.com';

/** Mail leaves from one domain, and from nowhere else. */
export const mail: Contribution = {
  module: 'mail',
  mail: [{ from: FROM, why: 'What the service has to tell somebody.' }],
  grants: [
    {
      role: 'operator',
      actions: ['ses:SendEmail'],
      target: { kind: 'mail', from: FROM },
      condition: { StringLike: { 'ses:FromAddress': `*@${FROM}` } },
      why: 'Trying whether mail arrives.',
      usedBy: 'services/api/commands/mail.ts',
    },
  ],
};
