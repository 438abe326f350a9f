import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mask, maskLine } from '@app/platform/logging/masking';

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
