import { Type } from 'typebox';
import { receiver } from '../service/environment.ts';
import { mailAddress } from './mail.ts';

export const env = {
  MAIL_FROM: Type.Optional(
    Type.Refine(
      Type.String({
        description: 'the address that mails come from, such as no-reply@example.com',
      }),
      (text) => mailAddress(text) !== undefined,
    ),
  ),
  SES_ENDPOINT: Type.Optional(receiver('https://email.eu-central-1.amazonaws.com')),
} as const;
