import { join } from 'node:path';
import { localMailer } from '@app/platform/local/mailer';
import type { Mailer } from '@app/platform/mail/mail';
import { mailAddress } from '@app/platform/mail/mail';
import type { Result } from '@app/platform/result';
import { err, ok } from '@app/platform/result';
import type { CommandConfig } from '@app/platform/service/config';
import type { Service } from '@app/platform/service/service';
import { mailers } from '../../mailers.ts';

const USAGE = 'npm run mail -- try <address>';

/** Mail goes where keys, secrets and anchors are: to a folder, where a developer reads it, or out through a cloud. */
export async function openMailer({ stores, environment }: CommandConfig): Promise<Mailer> {
  if (stores.kind === 'folder') return localMailer(join(stores.path, 'mail'));
  const open = mailers[stores.cloud];
  if (open === undefined) throw new Error(`This project sends no mail through ${stores.cloud}.`);
  return open(environment);
}

/** Sends one mail, so that an operator sees whether mail arrives before a user needs one to sign in. */
export async function runCommand(
  service: Service,
  [verb, address = '', ...rest]: readonly string[],
): Promise<Result<string, string>> {
  const to = mailAddress(address);
  if (verb !== 'try' || to === undefined || rest.length > 0) return err(USAGE);
  const config = service.readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  const mailer = await openMailer(config.value);
  await mailer.send({ to, subject: 'A mail to try', text: 'It has arrived.\n' });
  return ok(
    config.value.stores.kind === 'folder' ? 'Written to .data/mail or DATA_FOLDER.' : 'Sent.',
  );
}
