import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Mailer } from '../mail/mail.ts';
import { requireSendable } from '../mail/mail.ts';
import { createPrivate } from './private-file.ts';

/** A file a mail, which only its owner reads: there may be a link in it that signs somebody in. (HOOK-6) */
export function localMailer(folder: string, now = Date.now): Mailer {
  return {
    async send(mail) {
      requireSendable(mail);
      const at = new Date(now()).toISOString();
      const name = `${at.replaceAll(':', '-')}-${randomUUID()}.json`;
      await createPrivate(join(folder, name), `${JSON.stringify({ at, ...mail }, null, 2)}\n`);
    },
  };
}
