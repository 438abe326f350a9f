import { createHash } from 'node:crypto';
import type { Lockfile } from './lock/index.ts';

/** One file below `templates/`, as packed when the package is built. */
export interface Template {
  readonly text: string;
  /** Of the UTF-8 bytes, recorded after the guard had passed them. */
  readonly sha256: string;
  /** The text in UTF-8, if the template was unpacked from bytes: most are written again as they are. */
  readonly bytes?: Uint8Array;
}

/** A map, or what reads as one. */
export interface TemplateFiles extends Iterable<readonly [path: string, template: Template]> {
  get(path: string): Template | undefined;
  keys(): Iterable<string>;
  /** Those of one generator, where they can be had without looking at all others. */
  of?(generator: string): ReadonlyMap<string, Template>;
}

/** Everything that can be emitted: templates by `<generator>/<path>`, and the superset lock they pin from. */
export interface TemplateSet {
  readonly files: TemplateFiles;
  readonly superset: Lockfile;
}

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** The templates of one generator, by the path they have in an emitted tree. */
export function templatesOf(set: TemplateSet, generator: string): Map<string, Template> {
  const prefix = `${generator}/`;
  const found = new Map<string, Template>();
  for (const [path, template] of set.files.of?.(generator) ?? set.files) {
    if (path.startsWith(prefix)) found.set(path.slice(prefix.length), template);
  }
  return found;
}
