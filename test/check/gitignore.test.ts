import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ignoring } from '../../src/check/gitignore.ts';
import { listFiles } from '../../src/check/list-files.ts';
import { folderOf, git } from './support.ts';

const LINES = `# comment
dist/
*.log
!keep.log
/root.txt
docs/**/draft.md
a/**
**/tmp
file[0-9].ts
not[!a].ts
what?.js
sp\\#ecial
trailing   
folder
`;

const PATHS = [
  'dist/a.js',
  'src/dist/a.js',
  'a.log',
  'keep.log',
  'src/keep.log',
  'root.txt',
  'src/root.txt',
  'docs/draft.md',
  'docs/x/y/draft.md',
  'a/b/c.ts',
  'x/tmp/z.ts',
  'tmp',
  'file1.ts',
  'filex.ts',
  'nota.ts',
  'notb.ts',
  'what1.js',
  'what12.js',
  'sp#ecial',
  'trailing',
  'folder/x.ts',
  'src/a.ts',
  'sub/.gitignore',
  'sub/own.ts',
  'sub/a.log',
];

test('a walk leaves out what git leaves out', () => {
  const files = Object.fromEntries(PATHS.map((path) => [path, '']));
  const make = () =>
    folderOf({ ...files, '.gitignore': LINES, 'sub/.gitignore': 'own.ts\n!a.log\n' });
  const [walked, known] = [make(), make()];
  git(known, 'init');
  const walk = listFiles(walked);
  expect(walk.by).toBe('walk');
  expect(walk.paths).toEqual(listFiles(known).paths);
  expect(walk.paths).toContain('src/a.ts');
});

test('a pattern of any shape is read in time, and never throws', () => {
  const glob = fc.stringMatching(/^[!/]?[a-c*?[\]\\./-]{0,24}$/);
  const path = fc.stringMatching(/^[a-c][a-c./-]{0,40}$/);
  fc.assert(
    fc.property(fc.array(glob, { maxLength: 5 }), path, (globs, name) => {
      ignoring(globs.join('\n'), '')(name, false);
    }),
  );
});

test('a folder that a repository around it leaves out is judged when it is named', () => {
  const root = folderOf({ '.gitignore': 'scratch/\n', 'scratch/a.ts': '' });
  expect(spawnSync('git', ['init'], { cwd: root }).status).toBe(0);
  expect(listFiles(`${root}/scratch`)).toMatchObject({ by: 'walk', paths: ['a.ts'] });
});

test('a pattern of twenty stars leaves out nothing, and costs no time', () => {
  const ignores = ignoring(`${'*a'.repeat(20)}b\n*.log\n`, '');
  expect(ignores('a'.repeat(200), false)).toBe(false);
  expect(ignores(`${'a'.repeat(200)}b`, false)).toBe(false);
  expect(ignores('x.log', false)).toBe(true);
});
