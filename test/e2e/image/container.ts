import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Image } from './build.ts';

/** What a container sees besides the image: the machine's C library, devices, processes, and a folder of its own. */
const SHARED = ['lib', 'lib64', 'usr/lib', 'dev', 'proc'];

const USER = '10001';

/** Only root may mount, and make a network; elsewhere nothing here can run. */
export const CAN_MOUNT =
  process.platform === 'linux' &&
  spawnSync('unshare', ['--mount', '--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0;

// Binds what is shared, makes the image read-only, and becomes the command in it: one process from the first to the last.
const ENTER = `
  set -e
  root=$1; workdir=$2; shift 2
  for name in ${SHARED.join(' ')}; do mount --rbind "/$name" "$root/$name"; done
  mount --bind "$root$workdir" "$root$workdir"
  mount -o remount,bind,ro "$root$workdir"
  exec unshare --root="$root" --wd="$workdir" -S ${USER} -G ${USER} -- "$@"`;

/** The network that this process is in. */
export const networkOf = (pid: number): readonly string[] => [
  'nsenter',
  `--net=/proc/${pid}/ns/net`,
];

/**
 * Starts a command line in a container of the image, as its user, on a tree that nobody can write: in a network that leads
 * nowhere, unless another one is given.
 */
export function startIn(
  { root, workdir }: Image,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  network: readonly string[] = ['unshare', '--net'],
): ChildProcess {
  for (const name of SHARED) mkdirSync(join(root, name), { recursive: true });
  const [enter = '', ...how] = network;
  const within = ['unshare', '--mount', 'bash', '-c', ENTER, 'enter', root, workdir];
  return spawn(enter, [...how, ...within, ...command], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What it says until it ends. */
export async function outcomeOf(
  child: ChildProcess,
): Promise<{ readonly status: number | null; readonly said: string }> {
  let said = '';
  child.stdout?.on('data', (chunk) => (said += String(chunk)));
  child.stderr?.on('data', (chunk) => (said += String(chunk)));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, said };
}
