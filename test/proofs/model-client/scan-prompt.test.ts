import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanPrompt } from '../../services/api/modules/model-client-disk/text.ts';
import { specimenKey } from '../../platform/test/support/specimens.ts';

async function rulesFor(text: string): Promise<readonly string[]> {
  const result = await scanPrompt(text);
  return result.ok ? [] : result.error.rules;
}

test('a prompt without a secret is sent as it is (SUPPLY-6)', async () => {
  const text =
    'Sum up: the customer asks for a new password, and got a link.\nDo not answer with code.';
  const result = await scanPrompt(text);
  assert.ok(result.ok);
  assert.equal(result.value.reveal(), text);
});

test('a prompt with a card number is refused (SUPPLY-6)', async () => {
  const card = ['4242', '4242', '4242', '4242'].join(' ');
  assert.deepEqual(await rulesFor(`Is ${card} valid?`), ['card-number']);
});

test('a prompt of the size of a file is refused unread (SUPPLY-6)', async () => {
  assert.deepEqual(await rulesFor('a '.repeat(600_000)), ['too-long']);
});

const key = specimenKey();

test('a key is found behind characters without a width, and in full width (SUPPLY-6)', async () => {
  assert.ok((await rulesFor([...key].join('\u200B'))).includes('stripe-key'));
  const wide = [...key].map((sign) =>
    String.fromCodePoint(sign.codePointAt(0) ?? 0).replace(/[!-~]/, (one) =>
      String.fromCodePoint(one.charCodeAt(0) + 0xfee0),
    ),
  );
  assert.ok((await rulesFor(wide.join(''))).includes('stripe-key'));
});
