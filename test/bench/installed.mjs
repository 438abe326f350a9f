import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { timed } from './measure/child.mjs';
import { DIST, EMITTED_NODE, KEPT, RUN } from './place.mjs';

const run = promisify(execFile);
const INSTALL_MS = 5 * 60_000;
const NPM_OPTIONS = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

const PEERS = { 'create-vite': '9.3.0', 'create-next-app': '16.4.3' };

/**
 * Where the peers are installed, at exactly these versions.
 *
 * @returns {Promise<string | undefined>} undefined, after a sentence, when the registry cannot be reached
 */
export async function installedPeers() {
  const manifest = JSON.stringify({ private: true, dependencies: PEERS });
  return installed('peers', manifest, 'install', async (folder) => {
    await writeFile(join(folder, 'package.json'), manifest);
  });
}

/**
 * A copy of dist: a build that happens meanwhile changes nothing here.
 *
 * @returns {Promise<string>} the path of cli.js
 */
export async function copiedCli() {
  const dist = join(RUN, 'dist');
  if (!existsSync(dist)) await cp(DIST, dist, { recursive: true });
  return join(dist, 'cli.js');
}

/**
 * A project as `create` emits it, and a module more where one is asked for, with its packages as npm installs them. A copy
 * for this run.
 *
 * @param {readonly string[]} [module] what `generate` is told
 * @returns {Promise<string | undefined>}
 */
export async function installedProject(module = []) {
  const name = ['project', ...module].join('-');
  const fresh = join(RUN, name);
  if (existsSync(fresh)) return fresh;
  const cli = await copiedCli();
  await timed([process.execPath, cli, name, '--yes', '--no-install', '--no-git'], RUN);
  if (module.length > 0)
    await timed([process.execPath, cli, 'generate', ...module, '--yes', '--no-install'], fresh);
  const lock = await readFile(join(fresh, 'package-lock.json'), 'utf8');
  const kept = await installed('project', lock, 'ci', (folder) =>
    cp(fresh, folder, { recursive: true }),
  );
  if (!kept) return undefined;
  // Links to the workspaces are relative, so they lead into the copy.
  await cp(join(kept, 'node_modules'), join(fresh, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await timed([EMITTED_NODE, 'scripts/refresh.ts', '--missing'], fresh);
  return fresh;
}

/**
 * @param {string} name
 * @param {string} content what the packages follow from
 * @param {'ci' | 'install'} command
 * @param {(folder: string) => Promise<void>} fill
 */
async function installed(name, content, command, fill) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const folder = join(KEPT, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  const staging = join(RUN, `${name}-staging`);
  await mkdir(staging, { recursive: true });
  await fill(staging);
  try {
    await run('npm', [command, ...NPM_OPTIONS], { cwd: staging, timeout: INSTALL_MS });
  } catch (error) {
    const [reason = ''] = String(error.stderr ?? error.message).split('\n');
    console.log(`  Left out, because npm could not install the ${name}: ${reason}`);
    await rm(staging, { recursive: true, force: true });
    return undefined;
  }
  await rename(staging, folder);
  return folder;
}
