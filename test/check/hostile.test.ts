import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import { listFiles } from '../../src/check/list-files.ts';
import { readerBelow } from '../../src/check/read-file.ts';
import { runCli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { KEY, folderOf, git, write } from './support.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

test('a file name that acts on a terminal is shown without doing so, and one that holds a key is withheld', async () => {
  const root = folderOf({
    'a\u001b[2Jb.ts': `const key = '${KEY}';\n`,
    [`${KEY}.ts`]: 'export const a = 1;\n',
    '<script>alert(1)<%2fscript>.ts': `const key = '${KEY}';\n`,
    'line\nbreak.png': 'x',
  });
  const run = await runCli(['check', '.', '--html', 'r.html', '--sarif', 's.json'], {
    cwd: root,
  });
  expect(run.code, run.stderr).toBe(2);
  const { readFileSync } = await import('node:fs');
  const all = [
    run.stdout,
    run.stderr,
    readFileSync(join(root, 'r.html'), 'utf8'),
    readFileSync(join(root, 's.json'), 'utf8'),
  ];
  for (const text of all) {
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('\u001b[2J');
  }
  expect(all[2]).not.toMatch(/<script/i);
  expect(run.stdout).toContain('(name withheld)');
});

test('nothing is read through a link that leads out, and what is no file is told', async () => {
  const outside = folderOf({ 'secret.ts': `const key = '${KEY}';\n` });
  const root = folderOf({ 'src/a.ts': 'export const a = 1;\n' });
  symlinkSync(join(outside, 'secret.ts'), join(root, 'linked.ts'));
  symlinkSync(outside, join(root, 'out'));
  execFileSync('mkfifo', [join(root, 'pipe.ts')]);
  const checked = await check(root, NOW);
  expect(checked.found).toEqual([]);
  expect(checked.gaps).toMatchObject({
    link: { count: 2, names: ['linked.ts', 'out'] },
    special: { count: 1, names: ['pipe.ts'] },
  });
  expect(readerBelow(root)('out/secret.ts')).toEqual({ unjudged: 'outside' });
});

test('a folder that became a link after git tracked it is not followed', async () => {
  const outside = folderOf({ 'a.ts': `const key = '${KEY}';\n` });
  const root = folderOf({ 'src/a.ts': 'export const a = 1;\n', 'b.ts': 'export const b = 1;\n' });
  git(root, 'init');
  git(root, 'add', '.');
  const { rmSync } = await import('node:fs');
  rmSync(join(root, 'src'), { recursive: true });
  symlinkSync(outside, join(root, 'src'));
  const { found } = await check(root, NOW);
  expect(found).toEqual([]);
});

test('what the configuration of a repository names is not started', async () => {
  const root = folderOf({ 'a.ts': 'export const a = 1;\n' });
  git(root, 'init');
  const proof = join(emptyFolder(), 'started');
  writeFileSync(join(root, 'monitor.sh'), `#!/bin/sh\ntouch ${proof}\n`);
  chmodSync(join(root, 'monitor.sh'), 0o755);
  git(root, 'config', 'core.fsmonitor', join(root, 'monitor.sh'));
  expect(listFiles(root)).toMatchObject({ by: 'git', paths: ['a.ts', 'monitor.sh'] });
  expect(existsSync(proof)).toBe(false);
});

test('huge lines, deep nesting, binary and large files end in a sentence each', async () => {
  const root = folderOf({
    'line.json': `{"a":"${'b'.repeat(500_000)}"}`,
    'line.ts': `export const a = '${'/'.repeat(400_000)}';\n`,
    'deep.ts': `export const a = ${'['.repeat(20_000)}${']'.repeat(20_000)}; // password token secret process.env.X || 'a'\n`,
    'deep/package.json': `{"overrides":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
    'large.ts': ' '.repeat(1024 * 1024 + 1),
    'zero.ts': 'a\0b',
    'plain.ts': `const key = '${KEY}';\n`,
  });
  writeFileSync(join(root, 'wide.ps1'), Buffer.from(`\ufeff$key = '${KEY}'\r\n`, 'utf16le'));
  const checked = await check(root, NOW);
  expect(checked.found.map(({ finding: { file, rule } }) => `${file} ${rule}`)).toEqual([
    'plain.ts secret-provider-key',
    'wide.ps1 secret-provider-key',
  ]);
  expect(checked.gaps).toMatchObject({
    'too-large': { names: ['large.ts'] },
    binary: { names: ['zero.ts'] },
  });
});

test('a walk ends where folders are nested without end, and says so', () => {
  const root = emptyFolder();
  const deep = join(root, ...Array.from({ length: 80 }, () => 'd'));
  mkdirSync(deep, { recursive: true });
  write(root, 'a.ts', '');
  const listing = listFiles(root);
  expect(listing.paths).toEqual(['a.ts']);
  expect(listing.closed).toHaveLength(1);
});

test('bad usage and a missing folder are told in a sentence, with 1', async () => {
  const root = folderOf({ 'a.ts': '' });
  const cases = [
    ['nowhere'],
    ['.', 'b'],
    ['--sarif', '-', '--json'],
    ['--reason', 'because it is so'],
    ['--write-baseline'],
    ['--write-baseline', '--reason', 'because it is so', '--expires', '2099-01-01'],
    ['--format', 'sarif'],
  ];
  for (const args of cases) {
    const run = await runCli(['check', ...args], { cwd: root });
    expect(run.code, args.join(' ')).toBe(1);
    expect(run.stderr + run.stdout, args.join(' ')).toMatch(/^[✖{]/);
  }
  const unwritable = await runCli(['check', '.', '--html', 'no/such/folder.html'], { cwd: root });
  expect(unwritable.code).toBe(4);
});
