import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import type { Tree } from './tree.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** Where the packages of emitted projects are installed here, and what their locations are prefixed with in a record. */
const INSTALLED: readonly (readonly [folder: string, prefix: string])[] = [
  ['templates/infra/infra/', 'infra/'],
  ['templates/', ''],
];

/** What a test and its children used. */
export interface Reads {
  /** Paths of files. */
  readonly files: readonly string[];
  /** Paths of folders whose entries were listed. */
  readonly folders: readonly string[];
  /** Locations in a lockfile, those of the infrastructure behind `infra/`. */
  readonly packages: readonly string[];
}

/** The command that records, into a log, every path that a command and its children name in a system call. */
export function recorder(log: string): readonly string[] {
  return [
    'strace',
    '--follow-forks',
    // Stops at the calls of interest only, so that the command runs at its usual speed.
    '--seccomp-bpf',
    '--decode-fds=path',
    '--string-limit=4096',
    '--trace=%file',
    '--signal=none',
    `--output=${log}`,
  ];
}

/** `<process> <call>(<folder>, "<path>" ...`; the folder is that of a relative path. */
const CALL = /^(\d+) +\w+\((?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"(.*)$/;
/** The end of a call that another process interrupted in the log. */
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/;

const PACKAGE = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/@.][^/]*)(?:\/|$)/;

/** What tests make and remove themselves. */
const MADE_BY_TESTS = /^\.(?:git|data)(?:\/|$)/;

/** What a log says of the files of the project as it was before the run; what the run wrote itself is no input. */
export function readsOf(log: string, tree: Tree, cwd: string): Reads {
  const files = new Set<string>();
  const folders = new Set<string>();
  const packages = new Set<string>();
  for (const { path, outcome } of callsIn(log, cwd)) {
    const location = packageOf(path);
    if (location !== undefined) packages.add(location);
    const inTree = relative(tree.root, path);
    if (tree.files.has(inTree) || isAbsent(inTree, outcome, tree)) files.add(inTree);
    if (outcome.includes('O_DIRECTORY') && tree.folders.has(inTree)) folders.add(inTree);
  }
  return {
    files: [...files].toSorted(),
    folders: [...folders].toSorted(),
    packages: [...packages].toSorted(),
  };
}

interface Call {
  readonly path: string;
  /** The rest of the call: its flags and its result. */
  readonly outcome: string;
}

function callsIn(log: string, cwd: string): readonly Call[] {
  const calls: Call[] = [];
  const interrupted = new Map<string, string>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, process = '', folder = cwd, name = '', outcome = ''] = CALL.exec(line) ?? [];
    const [, resumed = '', result = ''] = RESUMED.exec(line) ?? [];
    const path = interrupted.get(resumed);
    if (path !== undefined) calls.push({ path, outcome: result });
    interrupted.delete(resumed);
    if (process === '') continue;
    calls.push({ path: resolve(folder, name), outcome });
    if (outcome.endsWith('<unfinished ...>')) interrupted.set(process, resolve(folder, name));
  }
  return calls;
}

/** A file that was looked for beside files that exist: it would be used if it were there. */
function isAbsent(path: string, outcome: string, tree: Tree): boolean {
  const isMissing = outcome.includes('= -1 ENOENT') && tree.folders.has(parentOf(path));
  // Node looks for a package.json in every folder that it loads from: those are inputs without a record.
  return isMissing && basename(path) !== 'package.json' && !MADE_BY_TESTS.test(path);
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === '.' ? '' : parent;
}

function packageOf(path: string): string | undefined {
  for (const [folder, prefix] of INSTALLED) {
    const base = join(checkout, folder, '/');
    if (!path.startsWith(`${base}node_modules/`)) continue;
    const [, location] = PACKAGE.exec(path.slice(base.length)) ?? [];
    return location === undefined ? undefined : `${prefix}${location}`;
  }
  return undefined;
}
