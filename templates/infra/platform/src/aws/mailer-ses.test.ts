import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { Mail } from '../mail.ts';
import { mailAddress } from '../mail.ts';
import { openTestAws } from '../testing/aws.ts';
import { answerSes } from '../testing/aws-ses.ts';
import { mailerContract } from '../testing/mailer-contract.ts';
import { clientConfig } from './access.ts';
import { sesMailer } from './mailer-ses.ts';

const from = mailAddress('no-reply@example.org') ?? assert.fail();
const to = mailAddress('zoe@example.com') ?? assert.fail();
const MAIL = { to, subject: 'a', text: 'b' };

const sent: Mail[] = [];
const aws = await openTestAws(answerSes(sent));
after(() => aws.close());
const ses = new SESv2Client(clientConfig(aws.access, aws.endpoint));

mailerContract('AWS', async () => {
  // A deploy proves that the address is ours, once; another server than the stand-in keeps it.
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: from })).catch(() => {});
  sent.length = 0;
  const isOurs = aws.calls.length > 0;
  return { mailer: sesMailer(ses, from), sent: async () => (isOurs ? [...sent] : undefined) };
});

test('an address that is not proven to be ours sends nothing', async () => {
  const other = mailAddress('ceo@elsewhere.example') ?? assert.fail();
  await assert.rejects(
    sesMailer(ses, other).send(MAIL),
    /^Error: Sending a mail failed: [A-Za-z]+\.$/,
  );
});

test('who was written to is in no error (HOOK-6)', async () => {
  const quoting = Object.assign(new Error(`not verified: ${to}`), { name: 'MessageRejected' });
  const refusing = { send: async () => Promise.reject(quoting) } as never;
  await assert.rejects(sesMailer(refusing, from).send(MAIL), (error: Error) => {
    assert.equal(error.message, 'Sending a mail failed: MessageRejected.');
    assert.equal(error.cause, undefined);
    return true;
  });
});
