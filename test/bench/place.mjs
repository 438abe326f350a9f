import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The build that is measured; another one to compare it with. */
export const DIST = process.env.BENCH_DIST ?? join(ROOT, 'dist');

/** What is installed from the registry stays here between runs. */
export const KEPT = join(tmpdir(), 'create-secure-app-bench');

/** Everything else is below this, and gone at the end. */
export const RUN = join(KEPT, `run-${process.pid}`);

/** Where `create` and its peers write: memory where the system offers it, unless TMPDIR names another place. */
export const SCRATCH =
  existsSync('/dev/shm') && !process.env.TMPDIR
    ? join('/dev/shm', `create-secure-app-bench-${process.pid}`)
    : join(RUN, 'scratch');

const pinned = join(ROOT, 'templates/node_modules/.bin/node');

/**
 * The Nodes that are compared: the one this runs on, and the one that emitted projects pin. One, when they are the same.
 *
 * @type {Readonly<Record<string, { path: string, version: string }>>}
 */
export const NODES = nodes();

/** The Node that runs emitted code. */
export const EMITTED_NODE = (NODES.pinned ?? NODES.host).path;

/** Nothing of the caller's environment may slow one side, or let it report home. */
export const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  TMPDIR: tmpdir(),
  CI: '1',
  NO_COLOR: '1',
  NO_UPDATE_NOTIFIER: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

function nodes() {
  const host = { path: process.execPath, version: process.version };
  if (!existsSync(pinned)) return { host };
  const version = execFileSync(pinned, ['--version'], { encoding: 'utf8' }).trim();
  return version === host.version ? { host } : { host, pinned: { path: pinned, version } };
}
