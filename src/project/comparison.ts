import type { Entry } from '../plan/project.ts';
import type { Rendered } from '../render/render.ts';
import type { Manifest } from './manifest.ts';

/** Reads a file of the project as text; undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

export interface Comparison {
  readonly rendered: Rendered;
  readonly entries: readonly Entry[];
  readonly recorded: Manifest;
  /** Paths that this run brings into the project; no other own file is written. */
  readonly arriving: ReadonlySet<string>;
  /** Modules that this run removes, as they were. */
  readonly removed: readonly Entry[];
  readonly read: ReadFile;
}
