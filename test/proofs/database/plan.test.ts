import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pending } from '@app/platform/database/migrate';

const ORDER = ['a', 'b'];

function migration(module: string, number: number, content = 'original') {
  const name = `000${number}_${content}.sql`;
  return { module, number, name, sha256: content, text: content };
}

const FILES = [migration('a', 1), migration('a', 2), migration('b', 1)];

test('everything is pending in an empty database, nothing in an up-to-date one', () => {
  assert.deepEqual(pending(FILES, [], ORDER), FILES);
  assert.deepEqual(pending(FILES, FILES, ORDER), []);
});

test('a new file is pending, also of an earlier module', () => {
  const [, second] = FILES;
  assert.deepEqual(pending(FILES, [migration('a', 1), migration('b', 1)], ORDER), [second]);
});

test('a renamed file with the same content is the same migration', () => {
  const renamed = { ...migration('a', 1), name: '0001_better_name.sql' };
  assert.deepEqual(pending([renamed], [migration('a', 1)], ORDER), []);
});

test('rows of a removed module are left alone, and taken up again when it returns', () => {
  const applied = [...FILES, migration('gone', 1), migration('gone', 2)];
  assert.deepEqual(pending(FILES, applied, ORDER), []);

  const again = [...FILES, migration('gone', 1), migration('gone', 2), migration('gone', 3)];
  assert.deepEqual(pending(again, applied, [...ORDER, 'gone']), [migration('gone', 3)]);
});
