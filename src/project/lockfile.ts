import { LockError, closeLock, printLock } from '../lock/index.ts';
import type { PackageJson } from '../lock/index.ts';
import { LOCKFILE } from '../plan/plan.ts';
import type { TemplateSet } from '../templates.ts';
import { sha256 } from '../templates.ts';
import type { Change, Write } from './changes.ts';
import type { ReadFile } from './comparison.ts';
import { parseJsonObject, sameJson } from './keyed-json.ts';
import type { RecordedFile } from './manifest.ts';

const DEPENDENCIES = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
];

/** The lock of a tree that consists of these package.json files, computed offline from the superset. */
export function lockFor(packages: ReadonlyMap<string, string>, templates: TemplateSet): string {
  const parsed = [...packages].map(
    ([path, text]) => [path, parseJsonObject(text, path) as PackageJson] as const,
  );
  const root = parsed.find(([path]) => path === 'package.json')?.[1] ?? {};
  const workspaces = Object.fromEntries(
    parsed
      .filter(([path]) => path !== 'package.json')
      .map(([path, json]) => [path.slice(0, -'/package.json'.length), json]),
  );
  return printLock(closeLock(templates.superset, { root, workspaces }));
}

/** What has to happen to package-lock.json. `npm` means: only npm can bring it up to date. */
export type LockChange = Write | { readonly kind: 'unchanged' } | { readonly kind: 'npm' };

/**
 * Decides how the lock follows the package.json files. A lock that the user or npm changed is npm's to update; ours is
 * recomputed offline.
 */
export function compareLock(
  keyed: readonly string[],
  changes: readonly Change[],
  read: ReadFile,
  recorded: RecordedFile | undefined,
  templates: TemplateSet,
): LockChange {
  const after = new Map(keyed.map((path) => [path, contentAfter(path, changes, read)]));
  const moved = keyed.some((path) => !sameDependencies(read(path), after.get(path), path));
  if (!moved) return { kind: 'unchanged' };
  const current = read(LOCKFILE);
  if (current === undefined || recorded?.sha256 !== sha256(current)) return { kind: 'npm' };
  try {
    const content = lockFor(after, templates);
    return content === current
      ? { kind: 'unchanged' }
      : { kind: 'update', owner: 'lock', module: 'app', path: LOCKFILE, content };
  } catch (cause) {
    if (cause instanceof LockError) return { kind: 'npm' };
    throw cause;
  }
}

function contentAfter(path: string, changes: readonly Change[], read: ReadFile): string {
  const change = changes.find(
    (candidate) => candidate.path === path && candidate.kind === 'update',
  );
  return change?.kind === 'update' ? change.content : (read(path) ?? '{}');
}

function sameDependencies(
  before: string | undefined,
  after: string | undefined,
  path: string,
): boolean {
  const [a, b] = [before ?? '{}', after ?? '{}'].map((text) => parseJsonObject(text, path));
  return DEPENDENCIES.every((section) => sameJson(a?.[section], b?.[section]));
}
