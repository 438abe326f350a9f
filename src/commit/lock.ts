import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EXIT, UserError } from '../errors.ts';

/** Keeps two runs out of one project. Holds the owner's process id and host. */
export const LOCK_FILE = '.secure-app.lock';

/** How often a stale lock is taken over before giving up: another process may be quicker each time. */
const MAX_TAKEOVERS = 3;
/** A lock without an owner is one that is being written right now, unless it has been so for this long. */
const UNWRITTEN_MILLISECONDS = 10_000;

/**
 * Runs `work` while holding the project's lock. A lock whose process is gone is taken over.
 *
 * @throws UserError `E_LOCKED` when another run holds it.
 */
export async function withProjectLock<T>(root: string, work: () => Promise<T>): Promise<T> {
  const path = join(root, LOCK_FILE);
  acquire(path);
  try {
    return await work();
  } finally {
    release(path);
  }
}

/** A lock that stays is taken over once this process is gone, so that is no reason to hide how the work ended. */
function release(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The disk fails; the work has said so, or has succeeded.
  }
}

function acquire(path: string): void {
  for (let attempt = 0; attempt < MAX_TAKEOVERS; attempt += 1) {
    try {
      write(path);
      return;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      if (!isStale(path)) throw held(path);
      discard(path);
    }
  }
  throw held(path);
}

/** A lock that the full disk has no room for is not left behind empty: it would keep the next run out. */
function write(path: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, `${process.pid} ${hostname()}\n`);
  } catch (cause) {
    rmSync(path, { force: true });
    throw cause;
  } finally {
    closeSync(file);
  }
}

/** Moves the stale lock aside first: of two runs that both saw it, only one can move it. */
function discard(path: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (!isStale(aside)) renameSync(aside, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isStale(path: string): boolean {
  const owner = readOwner(path);
  if (owner.pid === undefined) return owner.age > UNWRITTEN_MILLISECONDS;
  return owner.host === hostname() && !isRunning(owner.pid);
}

interface LockOwner {
  readonly pid: number | undefined;
  readonly host: string;
  /** Milliseconds between now and when the lock was written. */
  readonly age: number;
}

function readOwner(path: string): LockOwner {
  try {
    const [pid = '', host = ''] = readFileSync(path, 'utf8').trim().split(' ');
    // Either way: a clock that was set back must not keep a lock of nobody's fresh for years.
    const age = Math.abs(Date.now() - statSync(path).mtimeMs);
    return { pid: /^\d+$/.test(pid) ? Number(pid) : undefined, host, age };
  } catch {
    return { pid: undefined, host: '', age: 0 };
  }
}

/** Whether a process of this number runs on this machine, whoever it belongs to. */
export function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function held(path: string): UserError {
  const { pid, host } = readOwner(path);
  if (pid === undefined) return starting();
  return new UserError(
    'E_LOCKED',
    EXIT.environment,
    `Another run is working in this project (process ${pid} on ${host || 'an unknown host'}).`,
    `Wait for it to end. If it is gone for certain, delete ${LOCK_FILE}.`,
  );
}

/** Between a lock and its owner lies less than a millisecond; a run that was killed just then looks the same. */
function starting(): UserError {
  return new UserError(
    'E_LOCKED',
    EXIT.environment,
    'Another run is just starting in this project, or was killed as it started.',
    `Run the command again in ${UNWRITTEN_MILLISECONDS / 1000} seconds.`,
  );
}
