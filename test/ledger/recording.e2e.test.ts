import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { emptyFolder } from '../support/folder.ts';
import { readsOf, recorder } from './recording.ts';
import { readTree } from './tree.ts';

const withStrace = fileURLToPath(new URL('../../scripts/with-strace.sh', import.meta.url));
const installed = fileURLToPath(new URL('../../templates/node_modules/pg/', import.meta.url));

/** Opens, lists, looks for, and starts a child that opens; then writes a file of its own and reads it back. */
const PROGRAM = `
  import { execFileSync } from 'node:child_process';
  import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
  import { open } from 'node:fs/promises';
  import './module.ts';
  readFileSync('opened.sql');
  await (await open(new URL('folder/asynchronous.json', import.meta.url))).close();
  readdirSync('listed');
  existsSync('absent.yml');
  readFileSync(${JSON.stringify(join(installed, 'package.json'))});
  execFileSync('sh', ['-c', 'cd folder && cat child.cedar'], { stdio: 'ignore' });
  writeFileSync('written.txt', '');
  readFileSync('written.txt');
`;

test('what a program and its children open, list and look for is recorded, and what they write is not', () => {
  const root = join(emptyFolder(), 'project');
  for (const folder of ['folder', 'listed']) mkdirSync(join(root, folder), { recursive: true });
  const names = [
    'opened.sql',
    'folder/asynchronous.json',
    'folder/child.cedar',
    'listed/a',
    'other',
  ];
  for (const name of names) writeFileSync(join(root, name), '');
  writeFileSync(join(root, 'module.ts'), 'export {};');
  writeFileSync(join(root, 'program.ts'), PROGRAM);
  const tree = readTree(root);

  const log = join(root, '../log');
  const [command = '', ...args] = [withStrace, ...recorder(log), process.execPath, 'program.ts'];
  const run = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  expect(run.status, run.stderr).toBe(0);
  expect(readsOf(log, tree, root)).toEqual({
    files: [
      'absent.yml',
      'folder/asynchronous.json',
      'folder/child.cedar',
      'module.ts',
      'opened.sql',
      'program.ts',
    ],
    folders: ['listed'],
    packages: ['node_modules/pg'],
  });
});
