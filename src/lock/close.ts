import { LockError } from './errors.ts';
import { Graph, isOurs, type Step } from './graph.ts';
import { linkEntries, ownEntries } from './project-entries.ts';
import type { LockEntry, Lockfile, Project } from './types.ts';

const LOCKFILE_VERSION = 3;

/** The lock npm would write for the project, cut out of one that holds more, without asking anyone. */
export function closeLock(superset: Lockfile, project: Project): Lockfile {
  const own = ownEntries(project);
  const links = linkEntries(project);
  const graph = new Graph(new Map([...externalEntries(superset), ...links, ...own]));
  const start = [...own.keys(), ...links.keys()];
  const kept = graph.reach(start, (step) => mustInstall(graph, step));
  const flags = flagsOf(graph, start, kept);

  const packages: Record<string, LockEntry> = {};
  for (const location of kept) {
    const entry = graph.entry(location) ?? {};
    packages[location] = isOurs(location) || entry.link ? entry : flagged(entry, flags(location));
  }
  return {
    ...(project.root.name !== undefined && { name: project.root.name }),
    ...(project.root.version !== undefined && { version: project.root.version }),
    lockfileVersion: LOCKFILE_VERSION,
    requires: true,
    packages,
  };
}

/** What the superset locks from the registry; its own root, workspaces and links are left behind. */
function externalEntries(superset: Lockfile): Map<string, LockEntry> {
  if (superset.lockfileVersion !== LOCKFILE_VERSION) {
    throw new LockError('E_LOCK_SUPERSET', 'The superset lock is not of lockfileVersion 3.');
  }
  const external = new Map<string, LockEntry>();
  for (const [location, entry] of Object.entries(superset.packages)) {
    if (isOurs(location) || entry.link) continue;
    // An entry that names its own source, or proves nothing about its bytes, would let whoever
    // edits the lock choose what every generated project installs.
    if (entry.resolved !== undefined || !entry.integrity?.startsWith('sha512-')) {
      throw new LockError(
        'E_LOCK_SUPERSET',
        `${location} must have a sha512 integrity and no "resolved".`,
      );
    }
    external.set(location, withoutFlags(entry));
  }
  return external;
}

/** Of what the superset's root makes of a package; each project makes something else of it. */
const FLAGS = ['dev', 'optional', 'devOptional', 'peer', 'extraneous'] as const;

/** An entry without flags, as most are, is passed on as it is. */
function withoutFlags(entry: LockEntry): LockEntry {
  if (!FLAGS.some((flag) => flag in entry)) return entry;
  const { dev, optional, devOptional, peer, extraneous, ...rest } = entry;
  return rest;
}

function mustInstall(graph: Graph, step: Step): boolean {
  if (step.peer && step.optional) return false;
  // An optional package counts too: npm ci refuses a lock that lacks one platform's binding.
  if (step.to === undefined) {
    throw new LockError(
      'E_LOCK_NOT_IN_SUPERSET',
      `${step.name} ${step.range}, which ${askerOf(step)} asks for, is not in the superset.`,
    );
  }
  if (isOurs(step.from) && !step.peer) checkPinned(graph, step, step.to);
  return true;
}

function checkPinned(graph: Graph, step: Step, to: string): void {
  const entry = graph.entry(to);
  if (entry?.link && step.range === '*') return;
  const target = entry?.link ? graph.entry(entry.resolved ?? '') : entry;
  const isAlias = !entry?.link && target?.name !== undefined;
  if (step.range === target?.version && !isAlias) return;
  throw new LockError(
    'E_LOCK_VERSION',
    `${askerOf(step)} asks for ${step.name} ${step.range}; the superset pins ${target?.version}.`,
  );
}

function askerOf({ from }: Step): string {
  if (from === '') return 'package.json';
  return isOurs(from) ? `${from}/package.json` : from;
}

function flagged(entry: LockEntry, flags: LockEntry): LockEntry {
  return Object.keys(flags).length === 0 ? entry : { ...entry, ...flags };
}

/**
 * A package is dev, optional or peer when every way to it takes such a step, and devOptional when
 * every way takes a dev or an optional one but not every way the same.
 */
function flagsOf(graph: Graph, start: readonly string[], kept: ReadonlySet<string>) {
  const reachedBy = (follow: (step: Step) => boolean) =>
    graph.reach(start, (step) => step.to !== undefined && kept.has(step.to) && follow(step));
  const withoutDev = reachedBy((step) => !step.dev);
  const withoutOptional = reachedBy((step) => !step.optional);
  const withoutEither = reachedBy((step) => !step.dev && !step.optional);
  const withoutPeer = reachedBy((step) => !step.peer);

  return (location: string): LockEntry => {
    const dev = !withoutDev.has(location);
    const optional = !withoutOptional.has(location);
    const devOptional = !dev && !optional && !withoutEither.has(location);
    return {
      ...(dev && { dev }),
      ...(optional && { optional }),
      ...(devOptional && { devOptional }),
      ...(!withoutPeer.has(location) && { peer: true }),
    };
  };
}
