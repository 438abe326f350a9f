import { edgesOf, type Edge } from './edges.ts';
import type { LockEntry } from './types.ts';

/** An edge that leads somewhere, or would if the location it asks for were there. */
export interface Step extends Edge {
  readonly from: string;
  readonly to: string | undefined;
}

/** Every location a project could use, and how each finds the packages it asks for. */
export class Graph {
  readonly #entries: ReadonlyMap<string, LockEntry>;
  readonly #steps = new Map<string, readonly Step[]>();

  constructor(entries: ReadonlyMap<string, LockEntry>) {
    this.#entries = entries;
  }

  entry(location: string): LockEntry | undefined {
    return this.#entries.get(location);
  }

  /** The locations reached from `start` over the steps that `follow` lets through. */
  reach(start: Iterable<string>, follow: (step: Step) => boolean): Set<string> {
    const reached = new Set(start);
    for (const location of reached) {
      for (const step of this.#stepsFrom(location)) {
        if (follow(step) && step.to !== undefined) reached.add(step.to);
      }
    }
    return reached;
  }

  #stepsFrom(from: string): readonly Step[] {
    const known = this.#steps.get(from);
    if (known !== undefined) return known;
    const edges = edgesOf(this.#entries.get(from) ?? {}, isOurs(from));
    const steps = edges.map((edge) => ({ ...edge, from, to: this.#resolve(from, edge.name) }));
    this.#steps.set(from, steps);
    return steps;
  }

  /** Node's resolution: the nearest node_modules upwards that holds the name. */
  #resolve(from: string, name: string): string | undefined {
    for (const folder of foldersUpwards(from)) {
      const location = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (this.#entries.has(location)) return location;
    }
    return undefined;
  }
}

export function isOurs(location: string): boolean {
  return !location.startsWith('node_modules/');
}

/** From 'node_modules/a/node_modules/b': itself, 'node_modules/a', and ''. */
function* foldersUpwards(location: string): Generator<string> {
  let folder = isOurs(location) ? '' : location;
  while (folder !== '') {
    yield folder;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
  yield '';
}
