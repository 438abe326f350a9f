import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { localMailer } from '../src/local/mailer.ts';
import type { Mail } from '../src/mail/mail.ts';
import { mailAddress } from '../src/mail/mail.ts';
import { folderWith } from './support/folder.ts';

const to = mailAddress('zoe@example.com') ?? assert.fail();
const MAIL: Mail = { to, subject: 'a', text: 'b' };

const skip = process.platform === 'win32';

test('a mail that would add a header or a recipient is refused, and not written (HOOK-6)', async () => {
  const folder = await newFolder();
  const refused: readonly Partial<Mail>[] = [
    { subject: 'Hello\r\nBcc: everybody@example.com' },
    { subject: 'Hello\nBcc: everybody@example.com' },
    { to: 'zoe@example.com, everybody@example.com' as Mail['to'] },
    { to: 'zoe@example.com\r\nBcc: everybody@example.com' as Mail['to'] },
  ];
  for (const part of refused)
    await assert.rejects(localMailer(folder).send({ ...MAIL, ...part }), hidesRecipient);
  await assert.rejects(readdir(folder), { code: 'ENOENT' });
});

test(
  'only its owner reads a mail: it may hold a link that signs in (HOOK-6)',
  { skip },
  async () => {
    const folder = await newFolder();
    await localMailer(folder).send(MAIL);
    const [name = ''] = await readdir(folder);
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  },
);

/** The error of a refused mail must not repeat a recipient: errors reach the log. (HOOK-6) */
function hidesRecipient(error: unknown): boolean {
  return error instanceof TypeError && !error.message.includes('example.com');
}

async function newFolder(): Promise<string> {
  return join(await folderWith({ after }, {}), 'mail');
}
