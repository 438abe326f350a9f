import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importSource } from './import-source.mjs';
import { isPermissive, wasRead } from './licences.mjs';

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** One sentence a fault of the superset in `folder`; none means that any project may be cut from it. */
export async function faultsOf(folder) {
  const manifest = await readJson(join(folder, 'package.json'));
  const text = await readFile(join(folder, 'package-lock.json'), 'utf8');
  const lock = JSON.parse(text);
  return [
    ...versionFaults(manifest),
    ...(await closureFaults(folder, manifest, lock, text)),
    ...Object.entries(lock.packages).flatMap(([location, entry]) =>
      entryFaults(location, entry, manifest.allowScripts ?? {}),
    ),
  ];
}

function versionFaults(manifest) {
  return LISTS.flatMap((list) => Object.entries(manifest[list] ?? {}))
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${name} is asked for as ${version}, not as one exact version.`);
}

/**
 * The superset cut from itself must be itself: that fails when a platform's binding, a peer or any
 * other package is missing, when an entry is unreachable or flagged wrongly, and when the lock was
 * written for another package.json.
 */
async function closureFaults(folder, manifest, lock, text) {
  const { closeLock, printLock } = await importSource('src/lock/index.ts');
  const faults = [];
  try {
    // What an override allows is in the lock already; that npm takes it too, its own `npm ci` proves.
    const { overrides: _, ...asking } = manifest;
    const project = { root: asking, workspaces: await workspacesOf(folder, manifest) };
    if (printLock(closeLock(lock, project)) !== text) {
      faults.push('package-lock.json is not the lock of package.json and the workspaces.');
    }
    const app = join(folder, 'app');
    if (existsSync(join(app, 'package.json'))) {
      const root = await readJson(join(app, 'package.json'));
      closeLock(lock, { root, workspaces: await workspacesOf(app, root) });
    }
  } catch (error) {
    if (error.name !== 'LockError') throw error;
    faults.push(error.message);
  }
  return faults;
}

async function workspacesOf(folder, manifest) {
  const workspaces = {};
  for (const pattern of manifest.workspaces ?? []) {
    for (const path of await foldersOf(folder, pattern)) {
      workspaces[path] = await readJson(join(folder, path, 'package.json'));
    }
  }
  return workspaces;
}

/** A workspace by its path, or all below one folder: `services/*`. */
async function foldersOf(folder, pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  const names = (await readdir(join(folder, parent))).sort();
  return names
    .map((name) => `${parent}/${name}`)
    .filter((path) => existsSync(join(folder, path, 'package.json')));
}

function entryFaults(location, entry, allowScripts) {
  if (!location.startsWith('node_modules/') || entry.link) return [];
  const name = location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const faults = [];
  if (!isPermissive(entry.license) && !wasRead(name, entry.version)) {
    faults.push(`${name} ${entry.version} has the licence ${entry.license ?? '(none)'}.`);
  }
  if (entry.hasInstallScript && !(name in allowScripts)) {
    faults.push(
      `${name} ${entry.version} runs a script when installed and is not in allowScripts.`,
    );
  }
  if (entry.deprecated !== undefined) faults.push(`${name} ${entry.version} is deprecated.`);
  return faults;
}

async function readJson(file) {
  return JSON.parse(await readFile(file, 'utf8'));
}
