import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path/posix';
import { type Lockfile } from '../../src/lock/index.ts';
import { importClosure, locationsOf } from './imports.ts';
import { type Mutation } from './mutations/mutation.ts';
import type { Reads } from './recording.ts';
import type { Tree } from './tree.ts';

const KEY_CHARACTERS = 32;

/** The infrastructure is a package of its own, with a lockfile of its own. */
const INFRA = 'infra/';
const TESTS_OF_INFRA = /^(?:proofs\/)?infra\//;

/** What every row depends on. */
export interface Setting {
  readonly tree: Tree;
  /** SHA-256 of what runs the tests and judges their results. */
  readonly runner: string;
  readonly nodeVersion: string;
  readonly locks: { readonly project: Lockfile; readonly infra: Lockfile };
}

/** What the verdict on a test file depends on, by name: the hash of each file, the names in each folder, each package. */
export function inputsOf(
  setting: Setting,
  testFile: string,
  reads: Reads,
): ReadonlyMap<string, unknown> {
  const { tree, locks } = setting;
  const imported = importedBy(setting, testFile);
  const inputs = new Map<string, unknown>();
  for (const path of [...imported.files, ...reads.files]) inputs.set(path, tree.files.get(path));
  for (const path of reads.folders) inputs.set(`${path}/`, tree.folders.get(path));
  for (const location of [...imported.packages, ...reads.packages])
    inputs.set(location, integrityOf(locks, location));
  return inputs;
}

/** The reads that do not follow from the imports of the test file. A record of them alone stays small. */
export function beyondImports(setting: Setting, testFile: string, reads: Reads): Reads {
  const imported = importedBy(setting, testFile);
  return {
    files: reads.files.filter((path) => !imported.files.has(path)),
    folders: reads.folders,
    packages: reads.packages.filter(
      (location) =>
        !imported.packages.has(location) && integrityOf(setting.locks, location) !== undefined,
    ),
  };
}

function importedBy({ tree, locks }: Setting, testFile: string) {
  const closure = importClosure(tree, testFile);
  // Node looks for a package.json beside each module, and it would change how the module is loaded.
  const scopes = [...closure.files].map((path) => join(dirname(path), 'package.json'));
  const isInfra = TESTS_OF_INFRA.test(testFile);
  const locations = locationsOf(isInfra ? locks.infra : locks.project, closure.packages);
  const prefix = isInfra ? INFRA : '';
  return {
    files: new Set([...closure.files, ...scopes]),
    packages: new Set([...locations].map((location) => prefix + location)),
  };
}

function integrityOf(locks: Setting['locks'], location: string): string | undefined {
  const entry = location.startsWith(INFRA)
    ? locks.infra.packages[location.slice(INFRA.length)]
    : locks.project.packages[location];
  return entry?.integrity;
}

/** The key of a row: it changes with everything that its verdict depends on. */
export function keyOf(
  { tree, runner, nodeVersion }: Setting,
  { file, find, replace, testFile, test }: Mutation,
  inputs: ReadonlyMap<string, unknown>,
): string {
  const sorted = [...inputs].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const mutation = [file, String(find), replace, testFile, test];
  const ingredients = [runner, nodeVersion, mutation, tree.files.get(file), sorted];
  return createHash('sha256')
    .update(JSON.stringify(ingredients))
    .digest('hex')
    .slice(0, KEY_CHARACTERS);
}
