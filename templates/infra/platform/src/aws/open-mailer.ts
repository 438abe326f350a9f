import type { OpenMailer } from '../mail/mail.ts';
import { env as mail } from '../mail/settings.ts';

/** Loads the SES SDK only where mail is sent. */
export const openMailer: OpenMailer = async (environment) => {
  const { SES_ENDPOINT: endpoint, MAIL_FROM: from } = environment(mail);
  if (endpoint === undefined || from === undefined)
    throw new Error('SES_ENDPOINT and MAIL_FROM are required to send mail.');
  const [{ openSesMailer }, { accessOf }] = await Promise.all([
    import('./mailer.ts'),
    import('./client.ts'),
  ]);
  return openSesMailer(accessOf(environment), endpoint, from);
};
