import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { isPseudonym, pseudonym } from '@app/platform/logging/masking';

test('one caller has one pseudonym, and two have two', () => {
  assert.equal(pseudonym('alice'), pseudonym('alice'));
  assert.notEqual(pseudonym('alice'), pseudonym('bob'));
  assert.ok(isPseudonym(pseudonym('alice')));
  assert.ok(!isPseudonym('alice'));
});

test('a guess at a subject cannot be confirmed by hashing it (HOOK-6)', () => {
  const file = new URL('../../platform/src/logging/masking.ts', import.meta.url).href;
  const program = `import { pseudonym } from ${JSON.stringify(file)};
    process.stdout.write(pseudonym('alice'));`;
  const argv = ['--input-type=module', '--eval', program];
  const elsewhere = spawnSync(process.execPath, argv, { encoding: 'utf8' }).stdout;
  assert.ok(isPseudonym(elsewhere));
  assert.notEqual(pseudonym('alice'), elsewhere);
});
