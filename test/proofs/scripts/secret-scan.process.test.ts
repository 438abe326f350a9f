import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../../platform/test/support/environment.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { specimenKey } from '../../platform/test/support/specimens.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  'scripts/scan.ts',
  'scripts/hooks.ts',
  'security/secret-baseline.json',
  '.gitignore',
];
const NAME = ['-c', 'user.name=t', '-c', 'user.email=t@t.example'];
const HOOK = '.git/hooks/pre-commit';

const secret = specimenKey();
const planted = `export const key = '${secret}';\n`;

let folder: string;
beforeEach(async (t) => {
  folder = await folderWith(t as TestContext, {});
  for (const name of COPIED) await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  run('git', 'init', '--quiet');
});

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env: bareEnvironment(),
    encoding: 'utf8',
  });
  return { status, says: `${stdout}${stderr}` };
}

const hooks = (...flags: readonly string[]) => run(process.execPath, 'scripts/hooks.ts', ...flags);
const commit = (...flags: readonly string[]) =>
  run('git', ...NAME, 'commit', '--quiet', '-m', 'x', ...flags);
const write = (path: string, text: string) => writeFile(join(folder, path), text);

test("the hook is installed once, stays switched off, and never replaces a team's own (SUPPLY-6)", async () => {
  assert.match(hooks('--missing').says, /From now on/);
  assert.equal(hooks('--missing').says, '');
  assert.equal(hooks().says, '');
  hooks('--off');
  assert.equal(hooks('--missing').says, '');
  await write('leak.ts', planted);
  run('git', 'add', 'leak.ts');
  assert.equal(commit().status, 0);

  await write(HOOK, '#!/bin/sh\ntrue\n');
  await chmod(join(folder, HOOK), 0o755);
  assert.match(hooks().says, /left alone/);
  assert.equal(hooks('--missing').says, '');
  assert.equal(await readFile(join(folder, HOOK), 'utf8'), '#!/bin/sh\ntrue\n');

  await rm(join(folder, HOOK));
  run('git', 'config', 'core.hooksPath', '.team');
  assert.match(hooks().says, /left alone/);
});

test('in a larger repository the hook is installed by hand only, and scans every commit of it (SUPPLY-6)', async () => {
  const inner = join(folder, 'inner');
  await mkdir(inner);
  for (const name of [...COPIED, 'node_modules']) {
    await mkdir(dirname(join(inner, name)), { recursive: true });
    await rename(join(folder, name), join(inner, name));
  }
  const inside = (...flags: readonly string[]) => run('node', 'inner/scripts/hooks.ts', ...flags);
  assert.equal(inside('--missing').says, '');
  assert.match(inside().says, /From now on/);
  await write('leak.ts', planted);
  run('git', 'add', 'leak.ts');
  assert.match(commit().says, /^leak\.ts:1 /m);
});
