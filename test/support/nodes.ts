import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const list = fileURLToPath(new URL('../e2e/nodes/', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}
const lockText = readFileSync(join(list, 'package-lock.json'), 'utf8');
const versions = Object.entries((JSON.parse(lockText) as Lock).packages)
  .filter(([location]) => location !== '')
  .map(([, { version = '' }]) => version);

/** The registry has each Node for this system only as a package of its own; these are the ones that are locked. */
export const AVAILABLE = process.platform === 'linux' && process.arch === 'x64';

/** In the order of age; older ones have to be refused. */
export const TOO_OLD = versions.filter((version) => isTooOld(version));
export const SUPPORTED = versions.filter((version) => !isTooOld(version));

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 20 || (major === 20 && minor < 19);
}

/** The binary of a locked version. All are installed at the first call, and kept until their lock changes. */
export function nodeOf(version: string): string {
  const digest = createHash('sha256').update(lockText).digest('hex').slice(0, 16);
  const folder = join(cache, `nodes-${digest}`);
  if (!existsSync(folder)) install(folder);
  return join(folder, version);
}

function install(folder: string): void {
  const staging = `${folder}.${process.pid}`;
  const binaries = join(staging, 'binaries');
  try {
    mkdirSync(binaries, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
      copyFileSync(join(list, name), join(staging, name));
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: staging,
      stdio: 'ignore',
    });
    for (const version of versions)
      renameSync(
        join(staging, 'node_modules', `node-v${version}`, 'bin/node'),
        join(binaries, version),
      );
    renameSync(binaries, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
