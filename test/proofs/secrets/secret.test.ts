import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '@app/platform/secrets/secret';

const VALUE = 'correct-horse-battery-staple';
const secret = new Secret(VALUE);

test('what is printed says that something was masked (HOOK-6)', () => {
  assert.equal(`${secret}`, '[secret]');
  assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}');
  assert.equal(inspect(secret), '[secret]');
});

test('only reveal() gives the value', () => {
  assert.equal(secret.reveal(), VALUE);
});

test('two secrets of one value are not ===, so an early-exit comparison never works by luck', () => {
  assert.notEqual(new Secret(VALUE), new Secret(VALUE));
});
