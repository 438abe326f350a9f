import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mail, Mailer } from '@app/platform/mail/mail';
import { mailAddress } from '@app/platform/mail/mail';

export interface MailerUnderTest {
  readonly mailer: Mailer;
  /** What was taken over, in order; undefined where nobody can look. */
  readonly sent: () => Promise<readonly Mail[] | undefined>;
}

const to = mailAddress('zoe@example.com') ?? assert.fail();
const MAIL: Mail = { to, subject: 'Zoë 🦉', text: 'line one\nline two: <b>&amp;</b>\n' };

/** What every mailer keeps, whoever sends. */
export function mailerContract(kind: string, open: () => Promise<MailerUnderTest>): void {
  test(`${kind}: what is sent is sent as it is, in order`, async () => {
    const { mailer, sent } = await open();
    const mails = [MAIL, { ...MAIL, subject: 'second' }];
    for (const mail of mails) await mailer.send(mail);
    const found = await sent();
    if (found !== undefined) assert.deepEqual(found, mails);
  });

  test(`${kind}: no mail adds a header, a recipient or nothing at all (HOOK-6)`, async () => {
    const { mailer, sent } = await open();
    const wrong: readonly Partial<Mail>[] = [
      { subject: 'Hello\r\nBcc: everybody@example.com' },
      { subject: 'Hello\nBcc: everybody@example.com' },
      { subject: '' },
      { subject: 'x'.repeat(201) },
      { text: '' },
      { text: 'x'.repeat(100_001) },
      { to: 'zoe@example.com, everybody@example.com' as Mail['to'] },
      { to: 'zoe@example.com\r\nBcc: everybody@example.com' as Mail['to'] },
    ];
    for (const part of wrong)
      await assert.rejects(mailer.send({ ...MAIL, ...part }), TypeError, JSON.stringify(part));
    assert.deepEqual((await sent()) ?? [], []);
  });

  test(`${kind}: an address is one mailbox`, () => {
    for (const text of ['', 'zoe', 'zoe@', '@example.com', 'a b@example.com', '<zoe@example.com>'])
      assert.equal(mailAddress(text), undefined, text);
    assert.equal(mailAddress(`${'x'.repeat(65)}@example.com`), undefined);
    assert.equal(mailAddress('o+tag@mail.example.com'), 'o+tag@mail.example.com');
  });
}
