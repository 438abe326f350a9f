import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Mailer } from '../mail.ts';
import { mailAddress } from '../mail.ts';
import type { Access } from './access.ts';
import { clientConfig } from './access.ts';
import { sesMailer } from './mailer-ses.ts';

export function openSesMailer(access: Access, endpoint: string, from: string): Mailer {
  const address = mailAddress(from);
  if (address === undefined) throw new TypeError('Mail comes from one address.');
  return sesMailer(new SESv2Client(clientConfig(access, endpoint)), address);
}
