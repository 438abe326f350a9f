import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomBytes } from 'node:crypto';
import { mask, maskLine, maskedKinds } from '@app/platform/logging/masking';
import type { MaskedKind } from '@app/platform/logging/masking';

// Assembled, so that no file here looks as if it held one.
const word = (...parts: string[]) => parts.join('');

test('a number that is somebody’s is masked, and the line is still JSON (HOOK-6)', () => {
  const { text, kinds } = maskLine(`{"a":${word('4111', '1111', '1111', '1111')},"count":1}\n`);
  assert.deepEqual(JSON.parse(text), { a: '[masked card]', count: 1 });
  assert.deepEqual(kinds, ['card']);
});

test('what a line is made of stays as it is', () => {
  const line = {
    time: '2026-11-22T09:38:09.123Z',
    requestId: '34111111-1111-4111-8111-111111111111',
    event: 'request-ended',
    route: '/notes/:id',
    durationMs: 1234567,
    subject: 'AbCdEfGh12345678',
    err: { name: 'TypeError', frames: ['platform/src/http/authorize.ts:71:24'] },
    traceId: '0123456789abcdef'.repeat(2),
  };
  const text = `${JSON.stringify(line)}\n`;
  assert.deepEqual(maskLine(text), { text, kinds: [] });
});

test('a number that only looks like a card, or an account, is left alone', () => {
  const almost = word('4111', '1111', '1111', '1112');
  const notAnAccount = word('DE88', '370400440532013000');
  assert.deepEqual(mask(`${almost} ${notAnAccount}`).kinds, []);
});

test('each hit is told, and only its kind', () => {
  const { kinds } = mask('alice@example.com bob@example.com');
  assert.deepEqual(kinds, ['email', 'email']);
});

const random = randomBytes(32).toString('base64url');
const dashes = '-----';

const SPECIMENS: readonly (readonly [MaskedKind, string])[] = [
  ['email', 'alice@example.com'],
  ['email', 'first.last+tag%40mail.example.co.uk'],
  ['card', word('4111', '1111', '1111', '1111')],
  ['card', word('4111 1111', ' 1111 1111')],
  ['card', word('3782-822463', '-10005')],
  ['iban', word('DE89 3704 0044', ' 0532 0130 00')],
  ['iban', word('GB82WEST', '12345698765432')],
  ['phone', word('+4915', '112345678')],
  ['token', random],
  ['token', randomBytes(32).toString('hex')],
  ['token', word('ey', 'J', randomBytes(30).toString('base64url'))],
  ['provider-key', word('sk_', 'live_', 'abcdefgh1234')],
  ['provider-key', word('whs', 'ec_', 'abcdefgh1234')],
  ['provider-key', word('AK', 'IA', 'ABCDEFGHIJKLMNOP')],
  ['provider-key', word('gh', 'p_', 'abcdefghijklmnop1234')],
  ['authorization', word('Bea', 'rer ', 'abcdefgh')],
  ['authorization', word('bas', 'ic ', 'YWxpY2U6cGFzcw==')],
  ['cookie', word('__Host-', 'session=', 'short')],
  ['assignment', word('pass', 'word=', 'hunter22')],
  ['assignment', word('api_', 'key: '.trim(), 'hunter22')],
  ['password-url', word('postgres', '://app:', 'hunter2', '@')],
  ['private-key', word(dashes, 'BEGIN EC PRIV', 'ATE KEY', dashes, 'MHcCAQ')],
];

for (const kind of maskedKinds) {
  test(`the net finds what is shaped like this: ${kind} (HOOK-6)`, () => {
    const specimens = SPECIMENS.filter(([of]) => of === kind);
    assert.notDeepEqual(specimens, []);
    for (const [, specimen] of specimens)
      for (const around of [specimen, `before ${specimen} after`, `("${specimen}")`]) {
        const { text, kinds } = mask(around);
        assert.ok(kinds.includes(kind), `${kinds.join()} in ${around.length} characters`);
        assert.ok(!text.includes(specimen.slice(-6)), 'Its end is still there.');
      }
  });
}

test('a masked line is still the JSON it was (HOOK-6)', () => {
  for (const [kind, specimen] of SPECIMENS)
    for (const value of [
      specimen,
      `\n${specimen}\n`,
      `"${specimen}"`,
      `\\${specimen}\\`,
      `\u0001${specimen}`,
    ]) {
      const { text, kinds } = maskLine(
        `${JSON.stringify({ event: value, [word('pass', 'word')]: 'hunter22', count: 1 })}\n`,
      );
      assert.equal(JSON.parse(text).count, 1);
      assert.ok(text.endsWith('}\n'));
      assert.doesNotMatch(text, /hunter22/);
      assert.ok(kinds.length > 1, `${kind} in ${JSON.stringify(value.replace(specimen, ''))}`);
      assert.ok(!text.includes(specimen.slice(-6)), kind);
    }
});
