import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Mail } from '@app/platform/mail/mail';
import { folderWith } from '../../platform/test/support/folder.ts';
import { mailerContract } from './mailer-contract.ts';
import { localMailer } from '@app/platform/local/mailer';

async function mailsIn(folder: string): Promise<readonly Mail[]> {
  const names = (await readdir(folder).catch(() => [])).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => {
    const { at: _, ...mail } = JSON.parse(text) as Mail & { readonly at: string };
    return mail;
  });
}

mailerContract('local', async () => {
  const folder = join(await folderWith({ after }, {}), 'mail');
  let clock = 0;
  return { mailer: localMailer(folder, () => (clock += 1)), sent: () => mailsIn(folder) };
});
