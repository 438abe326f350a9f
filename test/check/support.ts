import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { emptyFolder } from '../support/folder.ts';

/** A folder with these files. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const root = emptyFolder();
  for (const [path, content] of Object.entries(files)) write(root, path, content);
  return root;
}

export function write(root: string, path: string, content: string): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
}

/** Runs git without the settings of whoever runs the tests. */
export function git(root: string, ...args: readonly string[]): void {
  const nobody = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], {
    cwd: root,
    env: nobody,
    stdio: 'ignore',
  });
}

/** Made from parts, so that no file of this repository looks like it holds a key. */
export const KEY = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dd'].join('_');

/** Likewise, so that nothing here is a suppression. */
export const IGNORE = ['secure', 'app', 'ignore'].join('-');

export const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1';
export const DIGEST = `sha256:${'ab12cd34'.repeat(8)}`;
