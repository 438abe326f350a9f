import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { printLock, type Lockfile, type Project } from '../../../src/lock/index.ts';

const run = promisify(execFile);

/** What an emitted project tells npm. */
const NPMRC = `save-exact=true
strict-allow-scripts=true
allow-git=none
allow-remote=none
min-release-age=7
`;

/** An empty folder with the project's package.json files and the given lock; gone after the test. */
export async function projectFolder({ root, workspaces }: Project, lock: Lockfile) {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, manifest] of [['', root] as const, ...Object.entries(workspaces)]) {
    await mkdir(join(folder, path), { recursive: true });
    await writeFile(join(folder, path, 'package.json'), JSON.stringify(manifest));
  }
  await writeFile(join(folder, '.npmrc'), NPMRC);
  await writeFile(join(folder, 'package-lock.json'), printLock(lock));
  return folder;
}

export async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('npm', [...args, '--no-audit', '--no-fund'], { cwd });
  return stdout;
}
