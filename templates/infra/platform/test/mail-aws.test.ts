import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sesMailer } from '../src/aws/mailer.ts';
import { mailAddress } from '../src/mail/mail.ts';

const from = mailAddress('no-reply@example.org') ?? assert.fail();
const to = mailAddress('zoe@example.com') ?? assert.fail();
const MAIL = { to, subject: 'a', text: 'b' };

test('who was written to is in no error (HOOK-6)', async () => {
  const quoting = Object.assign(new Error(`not verified: ${to}`), { name: 'MessageRejected' });
  const refusing = { send: async () => Promise.reject(quoting) } as never;
  await assert.rejects(sesMailer(refusing, from).send(MAIL), (error: Error) => {
    assert.equal(error.message, 'Sending a mail failed: MessageRejected.');
    assert.equal(error.cause, undefined);
    return true;
  });
});
