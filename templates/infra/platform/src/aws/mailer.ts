import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { MailAddress, Mailer } from '../mail/mail.ts';
import { mailAddress, requireSendable } from '../mail/mail.ts';
import type { Access } from './client.ts';
import { clientConfig, failed } from './client.ts';

const UTF8 = 'UTF-8';

/** Sends from the one address that the task's role allows. Errors of AWS quote the recipient and stay here. (HOOK-6) */
export function sesMailer(ses: Pick<SESv2Client, 'send'>, from: MailAddress): Mailer {
  return {
    async send(mail) {
      requireSendable(mail);
      const { to, subject, text } = mail;
      const asked = {
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: { Data: subject, Charset: UTF8 },
            Body: { Text: { Data: text, Charset: UTF8 } },
          },
        },
      };
      await ses.send(new SendEmailCommand(asked)).catch((error: unknown) => {
        throw failed('Sending a mail', error);
      });
    },
  };
}

export function openSesMailer(access: Access, endpoint: string, from: string): Mailer {
  const address = mailAddress(from);
  if (address === undefined) throw new TypeError('Mail comes from one address.');
  return sesMailer(new SESv2Client(clientConfig(access, endpoint)), address);
}
