import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPseudonym, pseudonym } from '@app/platform/logging/masking';

test('one caller has one pseudonym, and two have two', () => {
  assert.equal(pseudonym('alice'), pseudonym('alice'));
  assert.notEqual(pseudonym('alice'), pseudonym('bob'));
  assert.ok(isPseudonym(pseudonym('alice')));
  assert.ok(!isPseudonym('alice'));
});
