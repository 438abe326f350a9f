import type { LockEntry, Lockfile } from '../../../src/lock/index.ts';

type Kind = 'dev' | 'optional' | 'devOptional' | 'peer';
type Flags = Record<Kind, boolean>;

/**
 * npm's own way to the flags, written from its description and not from ours: everything starts with
 * every flag, the project with none, and each edge takes away what its two ends do not share.
 */
export function flagsByNpm(lock: Lockfile): Map<string, Flags> {
  const flags = new Map<string, Flags>();
  const queue: string[] = [];
  for (const [location, entry] of Object.entries(lock.packages)) {
    const project = !location.startsWith('node_modules/') || entry.link === true;
    flags.set(location, all(!project));
    if (project) queue.push(location);
  }
  for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
    const here = flags.get(from) ?? all(false);
    for (const { name, dev, optional, peer } of edgesOf(lock, from)) {
      const to = resolve(lock, from, name);
      const there = to === undefined ? undefined : flags.get(to);
      if (to === undefined || there === undefined) continue;
      const before = JSON.stringify(there);
      if (!here.dev && !dev) there.dev = false;
      if (!here.optional && !optional) there.optional = false;
      if (!here.devOptional && !here.dev && !here.optional && !dev && !optional) {
        there.devOptional = false;
      }
      if (!here.peer && !peer) there.peer = false;
      if (JSON.stringify(there) !== before) queue.push(to);
    }
  }
  for (const each of flags.values()) if (each.dev || each.optional) each.devOptional = false;
  return flags;
}

export function resolve(lock: Lockfile, from: string, name: string): string | undefined {
  const folders = from === '' ? [] : from.split('/node_modules/');
  for (let length = folders.length; length > 0; length -= 1) {
    const location = `${folders.slice(0, length).join('/node_modules/')}/node_modules/${name}`;
    if (location in lock.packages) return location;
  }
  return `node_modules/${name}` in lock.packages ? `node_modules/${name}` : undefined;
}

export function edgesOf(lock: Lockfile, from: string) {
  const entry: LockEntry = lock.packages[from] ?? {};
  const project = !from.startsWith('node_modules/');
  const edges: Record<string, { name: string; dev: boolean; optional: boolean; peer: boolean }> =
    {};
  for (const name of Object.keys(entry.peerDependencies ?? {})) {
    const optional = entry.peerDependenciesMeta?.[name]?.optional === true;
    edges[name] = { name, dev: false, optional, peer: true };
  }
  for (const name of Object.keys(entry.dependencies ?? {})) {
    edges[name] = { name, dev: false, optional: false, peer: false };
  }
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    edges[name] = { name, dev: false, optional: true, peer: false };
  }
  for (const name of Object.keys((project && entry.devDependencies) || {})) {
    edges[name] = { name, dev: true, optional: false, peer: false };
  }
  return Object.values(edges);
}

function all(value: boolean): Flags {
  return { dev: value, optional: value, devOptional: value, peer: value };
}
