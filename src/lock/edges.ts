import type { LockEntry } from './types.ts';

export interface Edge {
  readonly name: string;
  readonly range: string;
  readonly dev: boolean;
  readonly optional: boolean;
  readonly peer: boolean;
}

/**
 * What an entry asks for, a name once. npm reads the lists in this order and the last one to name a
 * package wins, so `ajv` as a dependency and as an optional peer is a dependency.
 * `ours` is true for the root and the workspaces: nobody else's devDependencies count.
 */
export function edgesOf(entry: LockEntry, ours: boolean): Edge[] {
  const edges = new Map<string, Edge>();
  const add = (
    list: Readonly<Record<string, string>> = {},
    kind: Partial<Pick<Edge, 'dev' | 'optional' | 'peer'>>,
  ) => {
    for (const [name, range] of Object.entries(list)) {
      edges.set(name, { name, range, dev: false, optional: false, peer: false, ...kind });
    }
  };

  for (const [name, range] of Object.entries(entry.peerDependencies ?? {})) {
    const optional = entry.peerDependenciesMeta?.[name]?.optional === true;
    add({ [name]: range }, { peer: true, optional });
  }
  add(entry.dependencies, {});
  add(entry.optionalDependencies, { optional: true });
  if (ours) add(entry.devDependencies, { dev: true });
  return [...edges.values()];
}
