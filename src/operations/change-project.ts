import type { Catalogue } from '../catalogue.ts';
import { applyWithJournal, recover } from '../commit/journal.ts';
import { withProjectLock } from '../commit/lock.ts';
import { withSignalsHeld } from '../commit/signals.ts';
import { LOCKFILE, type Plan } from '../plan/plan.ts';
import { type Project, entriesOf } from '../plan/project.ts';
import { type Change, type Write, isWrite } from '../project/changes.ts';
import { compare } from '../project/compare.ts';
import { compareLock } from '../project/lockfile.ts';
import { MANIFEST, type Manifest, printManifest } from '../project/manifest.ts';
import { nextManifest } from '../project/next-manifest.ts';
import { sha256 } from '../templates.ts';
import { type OpenProject, openProject } from './open-project.ts';
import { prepare } from './prepare.ts';

export interface Changed {
  /** Absolute. */
  readonly directory: string;
  readonly plan: Plan;
  readonly modules: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Sorted by path; what was done, or would be in a dry run. */
  readonly changes: readonly Change[];
  /** The dependencies moved, and only npm can bring this project's lock up to date. */
  readonly npmInstall: boolean;
}

/** Turns the project as it is recorded into the project as it should be; returns undefined to leave it as it is. */
export type Transition = (current: OpenProject) => Project;

/**
 * Takes a project from one set of modules to another, under its lock: all of it or nothing. What a crashed run left is
 * rolled back first. The user's edits are never overwritten; the changes say what is left to a person.
 */
export async function changeProject(
  directory: string,
  transition: Transition,
  catalogue: Catalogue,
  dryRun: boolean,
): Promise<Changed> {
  openProject(directory, catalogue);
  return withProjectLock(directory, async () => {
    recover(directory);
    const open = openProject(directory, catalogue);
    const project = transition(open);
    const outcome = await compareTo(project, open, catalogue);
    const blocked = outcome.changes.some(
      (change) => change.kind === 'needs-you' && change.blocking,
    );
    const writes = outcome.changes.filter(isWrite);
    if (!dryRun && !blocked && writes.length > 0) {
      withSignalsHeld(() => applyWithJournal(open.root, writes, open.read));
    }
    return blocked
      ? { ...outcome, changes: outcome.changes.filter((change) => !isWrite(change)) }
      : outcome;
  });
}

async function compareTo(
  project: Project,
  open: OpenProject,
  catalogue: Catalogue,
): Promise<Changed> {
  const { manifest, read, root } = open;
  const { plan, rendered } = await prepare(project, catalogue);
  const arriving = arrivingPaths(plan, manifest.project);
  const before = new Set(manifest.project.modules.map(({ module }) => module));
  const after = new Set(project.modules.map(({ module }) => module));
  const added = new Set([...after].filter((module) => !before.has(module)));
  const removed = entriesOf(manifest.project, catalogue.generators).filter(
    ({ instance }) => !after.has(instance.module),
  );

  const files = compare({
    rendered,
    entries: plan.entries,
    recorded: manifest,
    arriving,
    removed,
    read,
  });
  const keyed = rendered.files.filter((file) => file.owner === 'keyed').map((file) => file.path);
  const lock = compareLock(keyed, files, read, manifest.files[LOCKFILE], catalogue.templates);
  const changes: Change[] = lock.kind === 'update' ? [...files, lock] : files;
  const recorded = nextManifest(project, rendered, manifest, changes, arriving);
  return {
    directory: root,
    plan,
    modules: { added: [...added], removed: removed.map(({ instance }) => instance.module) },
    changes: [...changes, ...manifestChange(withLock(recorded, lock, manifest), read(MANIFEST))],
    npmInstall: lock.kind === 'npm',
  };
}

/** The files of modules that are new, and those that waited for one. */
function arrivingPaths(plan: Plan, before: Project): ReadonlySet<string> {
  const modules = new Set(before.modules.map(({ module }) => module));
  const generators = new Set(before.modules.map(({ generator }) => generator));
  const arriving = plan.files.filter(
    (file) => !modules.has(file.module) || (file.with !== undefined && !generators.has(file.with)),
  );
  return new Set(arriving.map(({ path }) => path));
}

function withLock(
  next: Manifest,
  lock: { kind: string; content?: string },
  before: Manifest,
): Manifest {
  const record =
    lock.content === undefined
      ? before.files[LOCKFILE]
      : { owner: 'managed' as const, module: 'app', sha256: sha256(lock.content) };
  return record ? { ...next, files: { ...next.files, [LOCKFILE]: record } } : next;
}

function manifestChange(next: Manifest, current: string | undefined): Write[] {
  const content = printManifest(next);
  if (content === current) return [];
  return [{ kind: 'update', owner: 'managed', module: 'app', path: MANIFEST, content }];
}
