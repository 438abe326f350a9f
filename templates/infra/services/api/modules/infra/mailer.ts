import type { MailerKind } from '../mail/open-mailer.ts';
import { env as mail } from '../mail/env.ts';
import { accessOf } from './access.ts';

// Loaded where it is asked for, and nowhere else.
export const aws: MailerKind = {
  cloud: 'AWS',
  open: async (environment) => {
    const { SES_ENDPOINT: endpoint, MAIL_FROM: from } = environment(mail);
    if (endpoint === undefined || from === undefined)
      throw new Error('SES_ENDPOINT and MAIL_FROM are required to send mail.');
    const { openSesMailer } = await import('@app/platform/aws/open-mailer');
    return openSesMailer(accessOf(environment), endpoint, from);
  },
};
