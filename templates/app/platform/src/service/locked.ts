import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './folders.ts';
import type { CommandConfig } from './config.ts';
import type { Service } from './service.ts';

const root = fileURLToPath(ROOT);

type Configured = Pick<Service, 'readCommandConfig'>;

// The service and what it reads at its start. Not the rest of the checkout: its history, its tests, its other files.
const READ = ['package.json', 'services', 'migrations', 'policies', 'security'];

/**
 * The flags of Node's permission model: a malicious package reads nothing else, writes nothing but the data, starts no
 * process and loads no native code. They hold within the process, so they do not stop a hole in Node itself. (AUTHZ-4)
 */
export function lockedFlags({ readCommandConfig }: Configured): string[] {
  const config = readCommandConfig();
  const [data, named] = config.ok
    ? [dataFolders(config.value), namedFiles(config.value)]
    : [[], []];
  const read = [...READ.map((name) => join(root, name)), ...packageFolders(), ...data];
  return [
    '--permission',
    ...[...read, ...named, ...ownStart()].map((path) => `--allow-fs-read=${path}`),
    ...data.map((path) => `--allow-fs-write=${path}`),
    // Node 24 has no permission for the network. Newer versions have, and a service needs it.
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
  ];
}

// Keys, secrets and anchors unless a cloud keeps them, and the embedded database unless there is a server.
function dataFolders({ database, stores }: CommandConfig): string[] {
  const kept = stores.kind === 'folder' ? [resolve(stores.path)] : [];
  return database.kind === 'folder' ? [...kept, database.path] : kept;
}

function namedFiles({ database }: CommandConfig): string[] {
  if (database.kind !== 'server') return [];
  return [database.passwordFile, database.caFile].filter((path) => path !== undefined);
}

// Where packages are linked from a store, a file is read at its real path.
function packageFolders(): string[] {
  const installed = join(root, 'node_modules');
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

/** Starts a server file of the service within these permissions, in this process's place. */
export function startLocked(service: Configured, server: URL, argv: readonly string[]): void {
  const config = service.readCommandConfig();
  if (config.ok)
    for (const folder of dataFolders(config.value))
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  const args = [...lockedFlags(service), fileURLToPath(server), ...argv];
  // The same process, so that signals and the exit status are the service's own.
  if (process.platform !== 'win32') process.execve?.(process.execPath, [process.execPath, ...args]);
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}
