import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Run, runCli } from './cli.ts';
import { type Fault, faulty } from './fault.ts';
import { emptyFolder } from './folder.ts';

/** A disk of its own, in a mount namespace of its own: nothing outside the test sees it, and it goes away with it. */
export interface SmallDisk {
  /** Where the command sees the disk. */
  readonly inside: string;
  /** Where the test sees it. */
  readonly folder: string;
  /** Runs the command there. */
  readonly run: (args: readonly string[], below?: string, fault?: Fault) => Promise<Run>;
  /** Changes what the disk is, as in `size=4m` or `ro`. */
  readonly remount: (options: string) => void;
}

const UNSHARE = process.getuid?.() === 0 ? ['-m'] : ['-r', '-m'];
const ENTER = process.getuid?.() === 0 ? ['-m'] : ['-U', '--preserve-credentials', '-m'];

/** Why no such disk can be made here, if so: containers often may not mount. */
export function noSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return 'mount namespaces are a feature of Linux';
  const tried = spawnSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return tried.status === 0 ? undefined : 'this machine or container may not mount a disk';
}

export async function smallDisk(options: string): Promise<SmallDisk> {
  const inside = emptyFolder();
  // The namespace lives as long as `cat` reads.
  const script = 'mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec cat';
  const holder = spawn('unshare', [...UNSHARE, 'sh', '-c', script, 'sh', options, inside]);
  onTestFinished(() => ended(holder));
  await once(holder.stdout, 'data');
  const enter = ['nsenter', '-t', String(holder.pid), ...ENTER];
  return {
    inside,
    folder: `/proc/${holder.pid}/root${inside}`,
    run: (args, below = '', fault) =>
      runCli(args, {
        cwd: '/',
        through: [...enter, 'env', '-C', join(inside, below)],
        ...(fault ? { env: faulty(fault) } : {}),
      }),
    remount: (changed) => {
      const [file = '', ...rest] = [...enter, 'mount', '-o', `remount,${changed}`, inside];
      const { status, stderr } = spawnSync(file, rest, { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    },
  };
}

async function ended(holder: ChildProcess): Promise<void> {
  const gone = once(holder, 'exit');
  holder.stdin?.end();
  await gone;
}
