import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Mailer } from '../mail/mail.ts';
import { requireSendable } from '../mail/mail.ts';
import { createPrivate } from './private-file.ts';

/** One private file per mail, because a mail may contain a sign-in link. (HOOK-6) */
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
