import { spawnSync } from 'node:child_process';
import { type Dirent, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Ignores, ignoring } from './gitignore.ts';

/** Which files there are to judge, below the root, with slashes, in order. */
export interface Listing {
  readonly paths: readonly string[];
  /** What said so. */
  readonly by: 'git' | 'walk';
  /** Folders that could not be opened, or lie deeper than anybody nests them. */
  readonly closed: readonly string[];
}

/** Deeper than any project, and far from the end of the stack. */
const DEEPEST = 64;

/** More files than one look can be about; a home directory given by mistake ends here. */
export const MOST_FILES = 50_000;

/** What git may hold; the names of 50,000 files fit a tenth of it. */
const MOST_OUTPUT = 64 * 1024 * 1024;

const LONGEST_GIT_MS = 30_000;

/** Never judged: others' packages, and git's own folder. */
const FOREIGN = /(?:^|\/)(?:node_modules|\.git)(?:\/|$)/;

/** What git tracks or would add; without a git, what a walk finds that no .gitignore leaves out. */
export function listFiles(root: string): Listing {
  const paths = [...new Set(listedByGit(root))].filter((path) => !FOREIGN.test(path)).sort();
  // Git knows nothing of a folder that a repository around it leaves out.
  if (paths.length === 0) return walk(root);
  return { paths: paths.slice(0, MOST_FILES), by: 'git', closed: [] };
}

/** The configuration of a repository may name a program that every command of git starts; these two are how. */
const NOTHING_STARTED = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

function listedByGit(root: string): string[] {
  const { status, stdout } = spawnSync(
    'git',
    [
      ...NOTHING_STARTED,
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
      '--deduplicate',
    ],
    {
      cwd: root,
      env: { ...withoutGit(process.env), GIT_OPTIONAL_LOCKS: '0' },
      encoding: 'utf8',
      maxBuffer: MOST_OUTPUT,
      timeout: LONGEST_GIT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  return status === 0 ? stdout.split('\0').filter((path) => path !== '') : [];
}

/** A hook runs with variables that point git at another index. */
function withoutGit(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^GIT_(?:DIR|INDEX_FILE|WORK_TREE)$/.test(name),
    ),
  );
}

function walk(root: string): Listing {
  const paths: string[] = [];
  const closed: string[] = [];
  const visit = (folder: string, depth: number, outer: Ignores): void => {
    if (paths.length >= MOST_FILES) return;
    const entries = depth > DEEPEST ? undefined : entriesOf(join(root, folder));
    if (!entries) {
      closed.push(folder);
      return;
    }
    const ignores = ignoring(ignoreFile(join(root, folder)), folder, outer);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (FOREIGN.test(path) || ignores(path, entry.isDirectory())) continue;
      if (entry.isDirectory()) visit(path, depth + 1, ignores);
      else paths.push(path);
    }
  };
  visit('', 0, () => false);
  return { paths: paths.slice(0, MOST_FILES).sort(), by: 'walk', closed };
}

function entriesOf(folder: string): Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

/** Larger than any list of patterns. */
const LARGEST_IGNORE_FILE = 256 * 1024;

function ignoreFile(folder: string): string {
  const path = join(folder, '.gitignore');
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > LARGEST_IGNORE_FILE) return '';
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
