import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createFolder, inspectTarget } from '../../src/commit/create-folder.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';

const files = [
  { path: 'a.ts', content: 'a' },
  { path: 'deep/er/b.ts', content: 'b' },
];
/** Above the highest process number Linux gives out. */
const NOBODY = 4_194_305;
let parent: string;

beforeEach(() => {
  parent = emptyFolder();
});

test('writes the whole tree and nothing beside it', () => {
  createFolder(join(parent, 'my-app'), files);
  expect(snapshotOf(parent)).toEqual({ 'my-app/a.ts': 'a', 'my-app/deep/er/b.ts': 'b' });
});

test('leaves nothing when a file cannot be written', () => {
  const twice = [...files, { path: 'a.ts', content: 'again' }];
  expect(() => createFolder(join(parent, 'my-app'), twice)).toThrow('EEXIST');
  expect(readdirSync(parent)).toEqual([]);
});

test('removes what a killed run left, and spares one that is at work', () => {
  mkdirSync(join(parent, `.my-app.partial-${NOBODY}-0badc0de`));
  mkdirSync(join(parent, `.my-app.partial-${process.ppid}-0badc0de`));
  createFolder(join(parent, 'my-app'), files);
  expect(readdirSync(parent).sort()).toEqual([
    `.my-app.partial-${process.ppid}-0badc0de`,
    'my-app',
  ]);
});

test('removes nothing that only begins like what a killed run left', () => {
  const theirs = ['.my-app.partial-notes', '.my-app.partial-1', `.my-app.partial-${NOBODY}-x`];
  for (const name of theirs) mkdirSync(join(parent, name));
  createFolder(join(parent, 'my-app'), files);
  expect(readdirSync(parent).sort()).toEqual([...theirs, 'my-app'].sort());
});

test('does not write into a folder that appeared meanwhile', () => {
  mkdirSync(join(parent, 'my-app'));
  writeFileSync(join(parent, 'my-app/theirs'), '');
  expect(() => createFolder(join(parent, 'my-app'), files)).toThrow(
    expect.objectContaining({ code: 'E_NOT_EMPTY' }),
  );
  expect(snapshotOf(parent)).toEqual({ 'my-app/theirs': '' });
});

test('a target may be absent, empty, or hold only .git', () => {
  expect(inspectTarget(join(parent, 'my-app'))).toBe('nothing');
  mkdirSync(join(parent, 'my-app/.git'), { recursive: true });
  expect(inspectTarget(join(parent, 'my-app'))).toBe('folder');
});

test.each([
  [
    'another file in the folder',
    'E_NOT_EMPTY',
    () => writeFileSync(join(parent, 'README.md'), ''),
    '',
  ],
  ['a file', 'E_NOT_A_FOLDER', () => writeFileSync(join(parent, 'my-app'), ''), 'my-app'],
  ['a link', 'E_NOT_A_FOLDER', () => symlinkSync('/tmp', join(parent, 'my-app')), 'my-app'],
  ['no parent', 'E_NO_PARENT', () => undefined, 'missing/my-app'],
])('with %s, is refused', (_what, code, arrange, target) => {
  arrange();
  expect(() => inspectTarget(join(parent, target))).toThrow(
    expect.objectContaining({ code, exit: 1 }),
  );
});
