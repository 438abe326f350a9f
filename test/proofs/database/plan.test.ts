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

test('a file that was edited after it ran is refused, with the way out', () => {
  const edited = [migration('a', 1, 'edited'), migration('a', 2)];
  assert.throws(
    () => pending(edited, [migration('a', 1)], ORDER),
    /^Error: a\/0001_edited\.sql was edited after it was applied: restore it, and put the change/,
  );
});

test('a renamed file with the same content is the same migration', () => {
  const renamed = { ...migration('a', 1), name: '0001_better_name.sql' };
  assert.deepEqual(pending([renamed], [migration('a', 1)], ORDER), []);
});

test('a file that ran and is gone is refused, also when all of its module is', () => {
  for (const files of [[migration('a', 1)], []]) {
    assert.throws(
      () => pending(files, [migration('a', 1), migration('a', 2)], ORDER),
      /was applied here but is gone: restore it/,
    );
  }
});

test('a file that would run before one that already ran is refused, with the way out', () => {
  const files = [migration('a', 1), migration('a', 2)];
  assert.throws(
    () => pending(files, [migration('a', 2)], ORDER),
    /a\/0001_original\.sql would apply after 0002_original\.sql, .+ next free number/,
  );
});

test('rows of a removed module are left alone, and taken up again when it returns', () => {
  const applied = [...FILES, migration('gone', 1), migration('gone', 2)];
  assert.deepEqual(pending(FILES, applied, ORDER), []);

  const again = [...FILES, migration('gone', 1), migration('gone', 2), migration('gone', 3)];
  assert.deepEqual(pending(again, applied, [...ORDER, 'gone']), [migration('gone', 3)]);
});
