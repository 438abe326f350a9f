import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandConfig, readDatabaseTarget } from './config.ts';
import { LOCAL_DATA } from './folders.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SERVER = fileURLToPath(new URL('server.ts', import.meta.url));

// The service and what it reads at its start. Not the rest of the checkout: its history, its tests, its other files.
const READ = ['package.json', 'services', 'migrations', 'policies', 'security'];

/**
 * Node's own walls: a package that turns bad reads nothing else, writes nothing but the data, starts no process and
 * loads no native code. They stand within the process, so they stop no hole in Node itself. (AUTHZ-4)
 */
export function lockedFlags(): string[] {
  const data = dataFolders();
  const read = [...READ.map((name) => join(ROOT, name)), ...packageFolders(), ...data];
  return [
    '--permission',
    ...[...read, ...namedFiles(), ...ownStart()].map((path) => `--allow-fs-read=${path}`),
    ...data.map((path) => `--allow-fs-write=${path}`),
    // Node 24 has no wall around the network. Newer ones do, and a service has to be let out.
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
  ];
}

// Keys, secrets and anchors unless a cloud keeps them, and the embedded database where it is the one.
function dataFolders(): string[] {
  const config = readCommandConfig();
  if (!config.ok) return [];
  const { database, stores } = config.value;
  const kept = stores.kind === 'folder' ? [resolve(stores.path)] : [];
  return database.kind === 'folder' ? [...kept, LOCAL_DATA] : kept;
}

function namedFiles(): string[] {
  const target = readDatabaseTarget();
  if (!target.ok || target.value.kind !== 'server') return [];
  const { passwordFile, caFile } = target.value;
  return [passwordFile, caFile].filter((path) => path !== undefined);
}

// Where packages are linked from a store, a file is read at its real path.
function packageFolders(): string[] {
  const installed = join(ROOT, 'node_modules');
  const names = readdirSync(installed).flatMap((name) =>
    name.startsWith('@')
      ? readdirSync(join(installed, name)).map((member) => join(name, member))
      : [name],
  );
  const real = names.map((name) => folderOf(realpathSync(join(installed, name))));
  return [...new Set([installed, realpathSync(installed), ...real])];
}

function folderOf(path: string): string {
  const folder = `${sep}node_modules${sep}`;
  const at = path.lastIndexOf(folder);
  return at === -1 ? path : path.slice(0, at + folder.length);
}

// When this process started, which tells its claim on the data folder from that of a later one with the same number.
function ownStart(): string[] {
  const file = `/proc/${process.pid}/stat`;
  return existsSync(file) ? [file] : [];
}

function main(argv: readonly string[]): void {
  for (const folder of dataFolders()) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const args = [...lockedFlags(), SERVER, ...argv];
  // In this process's place, so that signals and the exit status are the service's own.
  if (process.platform !== 'win32') process.execve?.(process.execPath, [process.execPath, ...args]);
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

if (import.meta.main) main(process.argv.slice(2));
