import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../platform/test/support/environment.ts';
import { folderWith } from '../platform/test/support/folder.ts';
import { specimenKey } from '../platform/test/support/specimens.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const COPIED = [
  'scripts/scan.ts',
  'scripts/hooks.ts',
  'security/secret-baseline.json',
  '.gitignore',
];
const NAME = ['-c', 'user.name=t', '-c', 'user.email=t@t.example'];

const secret = specimenKey();
const other = specimenKey('another');
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

const scan = (...flags: readonly string[]) => run(process.execPath, 'scripts/scan.ts', ...flags);
const hooks = (...flags: readonly string[]) => run(process.execPath, 'scripts/hooks.ts', ...flags);
const commit = (...flags: readonly string[]) =>
  run('git', ...NAME, 'commit', '--quiet', '-m', 'x', ...flags);
const write = (path: string, text: string) => writeFile(join(folder, path), text);

test('the hook refuses a commit that adds a secret, by the staged bytes (SUPPLY-6)', async () => {
  assert.match(hooks().says, /refuses a commit/);
  await write('good.ts', 'export const key = undefined;\n');
  run('git', 'add', 'good.ts');
  assert.equal(commit().status, 0);

  await write('good.ts', planted);
  run('git', 'add', 'good.ts');
  await write('good.ts', 'export const key = undefined;\n');
  const { status, says } = commit();
  assert.notEqual(status, 0);
  assert.match(says, /^good\.ts:1 {2}\S+$/m);
  assert.ok(!says.includes(secret));
  assert.equal(run('git', 'rev-list', '--count', 'HEAD').says.trim(), '1');

  run('git', 'reset', '--quiet');
  await write('good.ts', planted);
  await write('other.ts', 'export const other = 1;\n');
  run('git', 'add', 'other.ts');
  assert.equal(commit().status, 0, 'What is not staged is not committed.');
});

test('a secret of an earlier commit does not refuse later commits of its file (SUPPLY-6)', async () => {
  await write('old.ts', planted);
  run('git', 'add', 'old.ts');
  commit('--no-verify');
  hooks();
  await write('old.ts', `// Moved.\n${planted}`);
  run('git', 'add', 'old.ts');
  assert.equal(commit().status, 0);
  await write('old.ts', `${planted}${planted.replace(secret, other)}`);
  run('git', 'add', 'old.ts');
  assert.notEqual(commit().status, 0);
});

test('the scan covers the tree, and with --history every version on every branch (SUPPLY-6)', async () => {
  run('git', 'add', '.');
  commit();
  assert.deepEqual(scan(), { status: 0, says: '' });
  await write('leak.ts', `${planted}// secretlint-disable-line\n`.replace(';\n', '; '));
  assert.match(scan().says, /^leak\.ts:1 {2}stripe-key$/m, 'A comment switches no rule off.');
  await write('leak.ts', planted);
  assert.match(scan().says, /^leak\.ts:1 /m);
  run('git', 'add', '.');
  commit('--no-verify');
  run('git', 'rm', '--quiet', 'leak.ts');
  commit();
  assert.equal(scan().status, 0);
  const { status, says } = scan('--history');
  assert.equal(status, 1);
  assert.match(says, /^leak\.ts:1 /m);
  assert.ok(!says.includes(secret));
});

test('an accepted line needs a reason, expires, and covers no other line (SUPPLY-6)', async () => {
  await write('leak.ts', planted);
  assert.match(scan('--accept', 'leak.ts:1').says, /Say why/);
  assert.equal(
    scan('--accept', 'leak.ts:1', '--reason', 'Revoked on the day it leaked.').status,
    0,
  );
  assert.equal(scan().status, 0);
  const baseline = join(folder, 'security/secret-baseline.json');
  const text = await readFile(baseline, 'utf8');
  assert.ok(!text.includes(secret));
  await write('leak.ts', planted.replace(secret, other));
  assert.equal(scan().status, 1);
  await write('leak.ts', planted);
  await writeFile(baseline, text.replace(/"until": "[^"]+"/, '"until": "2020-01-01"'));
  assert.equal(scan().status, 1);
});
