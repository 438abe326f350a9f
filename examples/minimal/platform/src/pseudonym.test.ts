import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { isPseudonym, pseudonym } from './pseudonym.ts';

test('one caller has one pseudonym, and two have two', () => {
  assert.equal(pseudonym('alice'), pseudonym('alice'));
  assert.notEqual(pseudonym('alice'), pseudonym('bob'));
  assert.ok(isPseudonym(pseudonym('alice')));
  assert.ok(!isPseudonym('alice'));
});

test('a guess at a subject cannot be confirmed by hashing it (HOOK-6)', () => {
  const guess = createHash('sha256').update('alice').digest('base64url');
  assert.notEqual(pseudonym('alice'), guess.slice(0, 16));
});
