import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Mail } from '@app/platform/mail/mail';
import { mailAddress } from '@app/platform/mail/mail';
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

const skip = process.platform === 'win32';

test(
  'only its owner reads a mail: it may hold a link that signs in (HOOK-6)',
  { skip },
  async () => {
    const folder = join(await folderWith({ after }, {}), 'mail');
    const to = mailAddress('zoe@example.com') ?? assert.fail();
    await localMailer(folder).send({ to, subject: 'a', text: 'b' });
    const [name = ''] = await readdir(folder);
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  },
);
