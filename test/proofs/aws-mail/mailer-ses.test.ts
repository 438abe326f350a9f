import assert from 'node:assert/strict';
import files from 'node:fs/promises';
import { after, mock, test } from 'node:test';
import type { Mail } from '@app/platform/mail/mail';
import { mailAddress } from '@app/platform/mail/mail';
import { openTestAws } from '../../platform/test/support/aws.ts';
import { mailerContract } from '../mail/mailer-contract.ts';

// Before any of the SDK is loaded: it takes hold of what reads files as it is.
const reading = mock.method(files, 'readFile').mock;
const { answerSes, makeSender } = await import('./ses.ts');
const { openSesMailer } = await import('@app/platform/aws/mailer');

const from = mailAddress('no-reply@example.org') ?? assert.fail();
const to = mailAddress('zoe@example.com') ?? assert.fail();
const MAIL = { to, subject: 'a', text: 'b' };

const sent: Mail[] = [];
const aws = await openTestAws(answerSes(sent));
after(() => aws.close());
const mailerOf = (address: string) => openSesMailer(aws.access, aws.endpoint, address);

mailerContract('AWS', async () => {
  await makeSender(aws, from);
  sent.length = 0;
  return { mailer: mailerOf(from), sent: async () => (aws.isStandIn ? [...sent] : undefined) };
});

test('an address that is not proven to be ours sends nothing', async () => {
  await assert.rejects(
    mailerOf('ceo@elsewhere.example').send(MAIL),
    /^Error: Sending a mail failed: [A-Za-z]+\.$/,
  );
});

test('no file of the machine is looked into, not even for settings (HOOK-6)', async () => {
  await makeSender(aws, from);
  await mailerOf(from).send(MAIL);
  assert.deepEqual(
    reading.calls.map(({ arguments: [file] }) => String(file)),
    [],
  );
});
