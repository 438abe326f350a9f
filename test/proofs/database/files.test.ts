import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMigrations, pending } from '@app/platform/database/migrate';
import { folderWith } from '../../platform/test/support/folder.ts';

test('migrations come in module order, then by number', async (t) => {
  const folder = await folderWith(t, {
    'alpha/0001_first.sql': 'select 1;',
    'alpha/0002_second.sql': 'select 2;',
    'zulu/0001_base.sql': 'select 3;',
    'order.ts': '',
    'schema.sql': '',
  });
  const names = (await readMigrations(folder, ['zulu', 'alpha'])).map(({ name }) => name);
  assert.deepEqual(names, ['0001_base.sql', '0001_first.sql', '0002_second.sql']);
});

test('an edit of one character changes the identity, other line ends do not', async (t) => {
  const identityOf = async (text: string) => {
    const folder = await folderWith(t, { 'a/0001_x.sql': text });
    return (await readMigrations(folder, ['a']))[0]?.sha256;
  };
  const identity = await identityOf('select 1;\nselect 2;\n');
  assert.match(identity ?? '', /^[0-9a-f]{64}$/);
  assert.equal(await identityOf('select 1;\r\nselect 2;\r\n'), identity);
  assert.notEqual(await identityOf('select 1;\nselect 3;\n'), identity);
});

const refused: Record<string, [string[], RegExp]> = {
  'a gap': [['0001_a.sql', '0003_c.sql'], /a\/0003_c\.sql leaves a gap before it: number it 0002/],
  'a first number that is not one': [
    ['0002_b.sql'],
    /a\/0002_b\.sql leaves a gap .+ number it 0001/,
  ],
  'a number used twice': [
    ['0001_a.sql', '0002_b.sql', '0002_c.sql'],
    /a\/0002_c\.sql uses a number twice: number it 0003/,
  ],
  'a number zero': [['0000_a.sql'], /a\/0000_a\.sql uses a number twice/],
  'a name without a number': [['init.sql'], /a\/init\.sql is no migration: rename it/],
  'a name that does not say what it adds': [['0001.sql'], /a\/0001\.sql is no migration/],
  'an editor’s backup': [['0001_a.sql', '0001_a.sql~'], /a\/0001_a\.sql~ is no migration/],
};

for (const [what, [names, sentence]] of Object.entries(refused)) {
  test(`a module with ${what} is refused, by file and with the way out`, async (t) => {
    const files = Object.fromEntries(names.map((name) => [`a/${name}`, 'select 1;']));
    await assert.rejects(readMigrations(await folderWith(t, files), ['a']), sentence);
  });
}

test('the body of a function may begin and end', async (t) => {
  const text =
    'create function f() returns int language plpgsql as $$\nbegin\n  return 1;\nend\n$$;';
  const folder = await folderWith(t, { 'a/0001_a.sql': text });
  assert.equal((await readMigrations(folder, ['a'])).length, 1);
});

test('a folder in no order is refused: its tables would silently be missing', async (t) => {
  const folder = await folderWith(t, { 'a/0001_a.sql': '', 'b/0001_b.sql': '' });
  await assert.rejects(readMigrations(folder, ['a']), /b is in no migration order/);
});

test('a module named twice in the order is refused', async (t) => {
  const folder = await folderWith(t, { 'a/0001_a.sql': '' });
  await assert.rejects(readMigrations(folder, ['a', 'a']), /names a twice/);
});

test('a module without migrations may stand in the order', async (t) => {
  const folder = await folderWith(t, { 'a/0001_a.sql': '' });
  assert.equal((await readMigrations(folder, ['a', 'b'])).length, 1);
});

const BOTH = ['a', 'b'];

function migration(module: string, number: number, content = 'original') {
  const name = `000${number}_${content}.sql`;
  return { module, number, name, sha256: content, text: content };
}

test('a file that was edited after it ran is refused, with the way out', () => {
  const edited = [migration('a', 1, 'edited'), migration('a', 2)];
  assert.throws(
    () => pending(edited, [migration('a', 1)], BOTH),
    /^Error: a\/0001_edited\.sql was edited after it was applied: restore it, and put the change/,
  );
});

test('a file that ran and is gone is refused, also when all of its module is', () => {
  for (const files of [[migration('a', 1)], []]) {
    assert.throws(
      () => pending(files, [migration('a', 1), migration('a', 2)], BOTH),
      /was applied here but is gone: restore it/,
    );
  }
});

test('a file that would run before one that already ran is refused, with the way out', () => {
  const files = [migration('a', 1), migration('a', 2)];
  assert.throws(
    () => pending(files, [migration('a', 2)], BOTH),
    /a\/0001_original\.sql would apply after 0002_original\.sql, .+ next free number/,
  );
});

for (const control of ['commit;', 'begin;', '  ROLLBACK ;', 'start transaction;']) {
  test(`a file with "${control}" is refused: half of it would stay after a failure`, async (t) => {
    const files = { 'a/0001_a.sql': `create table x ();\n${control}\nselect 1/0;` };
    await assert.rejects(
      readMigrations(await folderWith(t, files), ['a']),
      /begins or ends a transaction/,
    );
  });
}
