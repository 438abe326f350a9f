import { join } from 'node:path';
import { localMailer } from '@app/platform/local/mailer';
import type { Mailer } from '@app/platform/mail';
import type { Environment } from '../../config.ts';
import { mailerKinds } from '../../mailer-kinds.ts';
import type { Placed } from '../../stores.ts';
import { kindOf } from '../../stores.ts';

export interface MailerKind {
  readonly cloud: string;
  readonly open: (environment: Environment) => Promise<Mailer>;
}

/** Mail goes where keys, secrets and anchors are: to a folder, where a developer reads it, or out through a cloud. */
export async function openMailer({ stores, environment }: Placed): Promise<Mailer> {
  if (stores.kind === 'folder') return localMailer(join(stores.path, 'mail'));
  return kindOf(mailerKinds, stores.cloud).open(environment);
}
