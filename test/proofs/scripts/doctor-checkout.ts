import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folderWith } from '../../platform/test/support/folder.ts';
import type { Check } from '../../scripts/doctor.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  '.npmrc',
  'package.json',
  'package-lock.json',
  'secure-app.json',
  'migrations',
  'services/api',
];

interface Locks {
  packages: Record<
    string,
    { version?: string; integrity?: string; optional?: boolean; os?: string[]; link?: boolean }
  >;
}

export interface Break {
  readonly what: string;
  readonly check: Check;
  readonly change: (copy: string) => Promise<unknown> | void;
  readonly says: RegExp;
  readonly mend: RegExp;
}

export function findsEach(breaks: readonly Break[]): void {
  for (const { what, check, change, says, mend } of breaks) {
    test(`it finds ${what}, and nothing before`, async (t) => {
      const copy = await checkout(t);
      assert.deepEqual(await check(copy), []);
      await change(copy);
      const [found, ...more] = await check(copy);
      assert.deepEqual(more, []);
      assert.match(found?.says ?? '', says);
      assert.match(found?.mend ?? '', mend);
    });
  }
}

// A checkout that nothing is wrong with, to break in one way each.
export async function checkout(t: TestContext): Promise<string> {
  const copy = await folderWith(t, {
    'scripts/refresh.ts': 'process.exitCode = 0;',
    '.data/api/note': '',
  });
  for (const name of [...COPIED, ...(await managedFiles())])
    await cp(join(root, name), join(copy, name), { recursive: true });
  await install(copy);
  await chmod(join(copy, '.data/api'), 0o700);
  git(copy, 'init', '--quiet');
  git(copy, 'add', '.npmrc', 'package.json');
  return copy;
}

// Those are looked at wherever they are.
async function managedFiles(): Promise<string[]> {
  const text = await readFile(join(root, 'secure-app.json'), 'utf8');
  const { files } = JSON.parse(text) as { files: Record<string, { owner: string }> };
  return Object.keys(files).filter((path) => files[path]?.owner === 'managed');
}

// As npm records it: what the lock names, without what is for other systems.
async function install(copy: string): Promise<void> {
  const { packages } = await readLock(copy, 'package-lock.json');
  const here = Object.entries(packages).filter(([path, { optional }]) => path && !optional);
  for (const [path, { link }] of here)
    if (!link) await mkdir(join(copy, path), { recursive: true });
  await writeLock(copy, 'node_modules/.package-lock.json', { packages: Object.fromEntries(here) });
}

async function readLock(copy: string, file: string): Promise<Locks> {
  return JSON.parse(await readFile(join(copy, file), 'utf8')) as Locks;
}

function writeLock(copy: string, file: string, lock: Locks): Promise<void> {
  return writeFile(join(copy, file), JSON.stringify(lock));
}

export async function changeLock(
  copy: string,
  file: string,
  change: (lock: Locks) => void,
): Promise<void> {
  const lock = await readLock(copy, file);
  change(lock);
  await writeLock(copy, file, lock);
}

export function git(folder: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}
