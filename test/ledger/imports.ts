import { dirname, join } from 'node:path/posix';
import type { Lockfile } from '../../src/lock/index.ts';
import { edgesOf, resolve } from '../lock/support/npm-flags.ts';
import type { Tree } from './tree.ts';

const PLATFORM = '@app/platform/';
const PACKAGE = /^(?:@[\w.-]+\/)?[\w.-]+/;

export interface Closure {
  readonly files: ReadonlySet<string>;
  /** By name, as they are imported. */
  readonly packages: ReadonlySet<string>;
}

/** Every file and package that a module of the project loads, directly or through another module. */
export function importClosure(tree: Tree, entry: string): Closure {
  const files = new Set<string>();
  const packages = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file) || !tree.files.has(file)) continue;
    files.add(file);
    for (const specifier of tree.imports.get(file) ?? []) {
      const target = fileOf(specifier, file);
      if (target !== undefined) waiting.push(target);
      else if (!specifier.startsWith('node:')) packages.add(PACKAGE.exec(specifier)?.[0] ?? '');
    }
  }
  return { files, packages };
}

function fileOf(specifier: string, importer: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(importer), specifier);
  if (!specifier.startsWith(PLATFORM)) return undefined;
  return `platform/src/${specifier.slice(PLATFORM.length)}.ts`;
}

/** Where the packages of these names, and all that they depend on, stand in a lockfile. */
export function locationsOf(lock: Lockfile, names: Iterable<string>): ReadonlySet<string> {
  const locations = new Set<string>();
  const waiting = [...names].map((name) => resolve(lock, '', name));
  while (waiting.length > 0) {
    const location = waiting.pop();
    if (location === undefined || locations.has(location)) continue;
    locations.add(location);
    for (const { name } of edgesOf(lock, location)) waiting.push(resolve(lock, location, name));
  }
  return locations;
}
