import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importClosure } from './imports.ts';
import { SLOW_PROOFS } from './slow-proofs.ts';
import { type Tree, contentsOf } from './tree.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

const KEY_CHARACTERS = 32;

/** The packages that the tests themselves run with, and what runs them. */
const ALWAYS: ReadonlySet<string> = new Set([
  'package-lock.json',
  'scripts/with-postgres.sh',
  'vitest.config.ts',
]);

/** This repository: every file that git tracks or would track. */
export function readCheckout(): Tree {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: checkout,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const paths = listed.split('\0').filter((path) => path && existsSync(join(checkout, path)));
  return { root: checkout, folders: new Map(), ...contentsOf(checkout, paths) };
}

/** The key of a slow proof: it changes with everything that its verdict depends on. */
export function keyOfSlowProof(tree: Tree, proof: string): string {
  const imported = importClosure(tree, proof).files;
  const inputs = SLOW_PROOFS[proof]?.inputs ?? [];
  const ingredients: (string | undefined)[][] = [];
  for (const [path, hash] of [...tree.files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const uses = inputs.filter(({ of }) => of.test(path)).map(({ what }) => what);
    if (imported.has(path) || ALWAYS.has(path) || uses.includes('bytes'))
      ingredients.push([path, hash]);
    else if (uses.includes('names')) ingredients.push([path]);
  }
  return createHash('sha256')
    .update(JSON.stringify(ingredients))
    .digest('hex')
    .slice(0, KEY_CHARACTERS);
}
