import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanDetail, cleanText } from '@app/platform/audit/record';
import { Secret } from '@app/platform/secrets/secret';

type Detail = Parameters<typeof cleanDetail>[0];

test('ordinary text is kept as it is (OBS-1)', () => {
  for (const text of ['', 'alice', 'Notes::Action::"read"', 'Zoë 🦉', 'x'.repeat(256)]) {
    assert.equal(cleanText(text), text);
  }
});

test('a half character is replaced, so that the database takes the rest (OBS-1)', () => {
  assert.equal(cleanText('a\ud800b'), 'a\ufffdb');
});

test('long text is clipped, and says so (OBS-1)', () => {
  const clipped = cleanText('x'.repeat(100_000));
  assert.equal(clipped.length, 256);
  assert.ok(clipped.endsWith('…'));
  assert.ok(cleanText('🦉'.repeat(1_000)).isWellFormed());
});

test('details are text, finite numbers and booleans (OBS-1)', () => {
  const detail = { role: 'member', count: 3, ratio: 0.5, first: true };
  assert.deepEqual(cleanDetail(detail), detail);
  assert.deepEqual(cleanDetail(undefined), {});
  for (const value of [null, undefined, {}, [], Number.NaN, Infinity, 1n, Symbol('x'), () => 1]) {
    assert.throws(() => cleanDetail({ value } as Detail), /is no text, finite number/);
  }
});

test('details have few and plain names (OBS-1)', () => {
  for (const key of ['', 'With Space', '__proto__', 'a.b', 'x'.repeat(41)]) {
    assert.throws(() => cleanDetail({ [key]: 1 }), /needs a camelCase name/);
  }
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`key${index}`, 1]));
  assert.throws(() => cleanDetail(many), /too many details/);
});

test('a line break cannot forge a second entry (OBS-1)', () => {
  for (const character of ['\n', '\r', '\u0000', '\u001b', '\u0085', '\u2028']) {
    assert.equal(cleanText(`a${character}b`), 'a\ufffdb');
  }
});

test('a Secret is no detail, not even masked (HOOK-6)', () => {
  const detail = { value: new Secret('hunter2') } as unknown as Detail;
  assert.throws(() => cleanDetail(detail), /is no text/);
});

test('a detail that is named like a secret is refused, its value unread (HOOK-6)', () => {
  for (const key of ['password', 'newPassword', 'apiToken', 'sessionCookie', 'clientSecret']) {
    assert.throws(
      () => cleanDetail({ [key]: 'hunter2' }),
      (error: Error) => error.message.includes(key) && !error.message.includes('hunter2'),
    );
  }
});
