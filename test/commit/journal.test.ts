import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { JOURNAL_FOLDER, applyWithJournal, recover } from '../../src/commit/journal.ts';
import type { Write } from '../../src/project/changes.ts';
import { readerOf } from '../../src/project/disk.ts';
import { sha256 } from '../../src/templates.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';

let root: string;

beforeEach(() => {
  root = emptyFolder();
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, 'a.ts'), 'a0');
  writeFileSync(join(root, 'b.ts'), 'b0');
  writeFileSync(join(root, 'docs/c.ts'), 'c0');
});

const base = { module: 'm', owner: 'own' } as const;
const writes: Write[] = [
  { ...base, kind: 'update', path: 'a.ts', content: 'a1' },
  { ...base, kind: 'create', path: 'new/deep/d.ts', content: 'd1' },
  { kind: 'delete', module: 'm', path: 'docs/c.ts' },
];
const after = { 'a.ts': 'a1', 'b.ts': 'b0', 'new/deep/d.ts': 'd1' };

test('applies every write, removes folders it emptied, and leaves no trace of itself', () => {
  applyWithJournal(root, writes, readerOf(root));
  expect(snapshotOf(root)).toEqual(after);
});

test('takes everything back when a file changed between the plan and the write', () => {
  const before = snapshotOf(root);
  const stale = (path: string): string | undefined =>
    path === 'docs/c.ts' ? 'c-old' : readerOf(root)(path);
  expect(() => applyWithJournal(root, writes, stale)).toThrow(
    expect.objectContaining({ code: 'E_CHANGED_MEANWHILE', exit: 3 }),
  );
  expect(snapshotOf(root)).toEqual(before);
});

test('rolls back a crash after any number of steps', () => {
  for (let steps = 0; steps <= writes.length; steps += 1) {
    const before = snapshotOf(root);
    crashAfter(steps);
    expect(recover(root)).toBe(true);
    expect(snapshotOf(root), `crashed after ${steps} steps`).toEqual(before);
  }
});

test('recovering twice is recovering once', () => {
  const before = snapshotOf(root);
  crashAfter(2);
  const journal = readFileSync(join(root, JOURNAL_FOLDER, 'journal.json'), 'utf8');
  recover(root);
  expect(recover(root)).toBe(false);
  expect(journal).toContain('new/deep/d.ts');
  expect(snapshotOf(root)).toEqual(before);
});

test('throws away what was staged when the crash came before the journal was complete', () => {
  const before = snapshotOf(root);
  mkdirSync(join(root, JOURNAL_FOLDER, 'new'), { recursive: true });
  writeFileSync(join(root, JOURNAL_FOLDER, 'new/0'), 'half');
  recover(root);
  expect(snapshotOf(root)).toEqual(before);
});

test('a rollback leaves a file that somebody wrote after the crash', () => {
  crashAfter(1);
  writeFileSync(join(root, 'a.ts'), 'a person was here');
  recover(root);
  expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('a person was here');
});

test('does not write through a symbolic link', () => {
  const outside = emptyFolder();
  symlinkSync(outside, join(root, 'new'));
  expect(() => applyWithJournal(root, writes, readerOf(root))).toThrow(
    expect.objectContaining({ code: 'E_SYMLINK' }),
  );
  expect(snapshotOf(outside)).toEqual({});
  expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('a0');
});

/** Leaves the disk as a kill would: the journal complete, only the first steps taken. */
function crashAfter(count: number): void {
  const folder = join(root, JOURNAL_FOLDER);
  mkdirSync(join(folder, 'new'), { recursive: true });
  mkdirSync(join(folder, 'old'));
  const steps = writes.map((write, index) => {
    const target = join(root, write.path);
    if (existsSync(target)) copyFileSync(target, join(folder, 'old', String(index)));
    if (write.kind !== 'delete') writeFileSync(join(folder, 'new', String(index)), write.content);
    return {
      path: write.path,
      ...(existsSync(target) ? { before: sha256(readFileSync(target, 'utf8')) } : {}),
      ...(write.kind === 'delete' ? {} : { after: sha256(write.content) }),
    };
  });
  writeFileSync(
    join(folder, 'journal.json'),
    JSON.stringify({ steps, folders: ['new', 'new/deep'] }),
  );
  writes.slice(0, count).forEach((write, index) => {
    const target = join(root, write.path);
    mkdirSync(join(target, '..'), { recursive: true });
    if (write.kind === 'delete') renameSync(target, join(folder, 'gone'));
    else renameSync(join(folder, 'new', String(index)), target);
  });
}
