import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sha256 } from '../../src/templates.ts';

/** What a run leaves in a project: packages with their caches, and the data of the embedded database. */
const NO_SOURCE: ReadonlySet<string> = new Set(['node_modules', '.data']);

/** A project as it is before a proof changes it. Everything is by path below its root. */
export interface Tree {
  readonly root: string;
  /** The SHA-256 of each file. */
  readonly files: ReadonlyMap<string, string>;
  /** The specifiers that each module imports. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** The names in each folder. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
}

export function readTree(root: string): Tree {
  const folders = new Map<string, readonly string[]>();
  const paths: string[] = [];
  const visit = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !NO_SOURCE.has(name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const names = entries.map(({ name }) => name);
    folders.set(relative(root, folder), names);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else paths.push(relative(root, path));
    }
  };
  visit(root);
  return { root, folders, ...contentsOf(root, paths) };
}

/** The part of a tree that stands in its files. */
export function contentsOf(
  root: string,
  paths: readonly string[],
): Pick<Tree, 'files' | 'imports'> {
  const files = new Map<string, string>();
  const imports = new Map<string, readonly string[]>();
  for (const path of paths) {
    const bytes = readFileSync(join(root, path));
    files.set(path, sha256(bytes));
    imports.set(path, importsIn(path, bytes.toString()));
  }
  return { files, imports };
}

/**
 * Imports as Prettier prints them, and files that a module names by a URL. Type-only imports do not exist at run time.
 * What these miss costs an emitted test nothing: its recording has every file that was loaded.
 */
const IMPORTS = [
  /^(?:import|export)\s+(?!type\s)[^;'"]*?from\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'/g,
  /\bnew URL\(\s*'(\.[^']+)',\s*import\.meta\.url/g,
];

/** The specifiers that a module imports; none for a file of another kind. */
function importsIn(path: string, text: string): readonly string[] {
  if (!/\.(?:ts|mjs)$/.test(path)) return [];
  return IMPORTS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, specifier = '']) => specifier),
  );
}
