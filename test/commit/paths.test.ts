import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assertSafePath, resolveBelow } from '../../src/commit/paths.ts';
import { emptyFolder } from '../support/folder.ts';

describe('a path to write', () => {
  test.each([
    'README.md',
    '.github/workflows/ci.yml',
    'services/api/modules/health-check-search-index/index.ts',
    'policies/cases/DENY/notes.json',
    '.npmrc',
  ])('%s is safe', (path) => expect(() => assertSafePath(path)).not.toThrow());

  test.each([
    ['nothing', ''],
    ['the parent', '..'],
    ['a climb', 'a/../../b'],
    ['a dot segment', './a'],
    ['an absolute path', '/etc/passwd'],
    ['a drive', 'C:/Windows'],
    ['a drive-relative path', 'C:evil'],
    ['a backslash', 'a\\..\\b'],
    ['a UNC path', '//server/share'],
    ['an empty segment', 'a//b'],
    ['a device of Windows', 'docs/CON'],
    ['a device with an extension', 'nul.txt'],
    ['a device with a superscript digit', 'COM¹'],
    ['a trailing dot', 'name.'],
    ['a trailing space', 'name '],
    ['an alternate data stream', 'file.txt:stream'],
    ['a zero byte', 'a\0b'],
    ['a line break', 'a\nb'],
    ['a right-to-left override', 'a\u202etxt.exe'],
    ['a zero-width space', 'a\u200bb'],
    ['a Cyrillic look-alike', 'рackage.json'],
    ['a full-width dot', 'a／b'],
    ['a fraction slash', 'a⁄b'],
    ['an overlong name', 'a'.repeat(256)],
    ['git itself', '.git/hooks/pre-commit'],
    ['git in capitals', '.GIT/config'],
    ['a glob', 'a*'],
    ['a variable', '$HOME'],
    ['a home', '~/x'],
  ])('%s is refused', (_what, path) => {
    expect(() => assertSafePath(path)).toThrow(
      expect.objectContaining({ code: 'E_PATH', exit: 1 }),
    );
  });
});

describe('below a root', () => {
  test('a link to a folder outside is refused', () => {
    const [root, outside] = [emptyFolder(), emptyFolder()];
    symlinkSync(outside, join(root, 'platform'));
    expect(() => resolveBelow(root, 'platform/x.ts')).toThrow(
      expect.objectContaining({ code: 'E_SYMLINK', exit: 3 }),
    );
  });

  test('a link in place of the file is refused, even one that dangles', () => {
    const root = emptyFolder();
    symlinkSync('/nonexistent', join(root, 'x.ts'));
    expect(() => resolveBelow(root, 'x.ts')).toThrow(
      expect.objectContaining({ code: 'E_SYMLINK' }),
    );
  });

  test('real folders and files pass', () => {
    const root = emptyFolder();
    mkdirSync(join(root, 'a'));
    writeFileSync(join(root, 'a/b.ts'), '');
    expect(resolveBelow(root, 'a/b.ts')).toBe(join(root, 'a/b.ts'));
    expect(resolveBelow(root, 'a/c/d.ts')).toBe(join(root, 'a/c/d.ts'));
  });
});
