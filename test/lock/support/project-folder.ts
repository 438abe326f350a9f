import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { printLock, type Lockfile, type Project } from '../../../src/lock/index.ts';
import { templates } from './supersets.ts';

const run = promisify(execFile);

/** An empty folder with the project's package.json files and the given lock; gone after the test. */
export async function projectFolder({ root, workspaces }: Project, lock: Lockfile) {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, manifest] of [['', root] as const, ...Object.entries(workspaces)]) {
    await mkdir(join(folder, path), { recursive: true });
    await writeFile(join(folder, path, 'package.json'), JSON.stringify(manifest));
  }
  await copyFile(new URL('app/.npmrc', templates), join(folder, '.npmrc'));
  await writeFile(join(folder, 'package-lock.json'), printLock(lock));
  return folder;
}

export async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('npm', [...args, '--no-audit', '--no-fund'], { cwd });
  return stdout;
}
