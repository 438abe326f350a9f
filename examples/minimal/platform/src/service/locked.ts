import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './folders.ts';
import type { CommandConfig } from './config.ts';
import type { Service } from './service.ts';

const root = fileURLToPath(ROOT);

type Configured = Pick<Service, 'readCommandConfig'>;

// The folders that the service reads at its start, and nothing else of the checkout. `platform/` is among the packages.
const READ = ['package.json', 'services', 'migrations', 'policies', 'security'];

/**
 * The flags of Node's permission model: a malicious package reads nothing else, writes only the data folders, starts no
 * process and loads no native code. They do not stop an exploit of Node itself. (AUTHZ-4)
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
    // Newer versions than Node 24 have a permission for the network, which a service needs.
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
  ];
}

// The folder of keys, secrets and anchors, unless a cloud keeps them, and the embedded database, unless there is a
// server.
function dataFolders({ database, stores }: CommandConfig): string[] {
  const kept = stores.kind === 'folder' ? [resolve(stores.path)] : [];
  return database.kind === 'folder' ? [...kept, database.path] : kept;
}

function namedFiles({ database }: CommandConfig): string[] {
  if (database.kind !== 'server') return [];
  return [database.passwordFile, database.caFile].filter((path) => path !== undefined);
}

// Node checks the real path of a file, which is elsewhere for packages that are linked from a store.
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

// The start time of this process. It distinguishes its claim on the data folder from one of a later process with this
// pid.
function ownStart(): string[] {
  const file = `/proc/${process.pid}/stat`;
  return existsSync(file) ? [file] : [];
}

/** Replaces this process by the server file of the service, with these permissions. */
export function startLocked(service: Configured, server: URL, argv: readonly string[]): void {
  const config = service.readCommandConfig();
  if (config.ok)
    for (const folder of dataFolders(config.value))
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  const args = [...lockedFlags(service), fileURLToPath(server), ...argv];
  // Replace the process, so that signals reach the service and its exit status is seen.
  if (process.platform !== 'win32') process.execve?.(process.execPath, [process.execPath, ...args]);
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}
