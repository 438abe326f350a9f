import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { keyOfSlowProof, readCheckout } from './slow-proof-keys.ts';
import { SLOW_PROOFS } from './slow-proofs.ts';
import type { Tree } from './tree.ts';

const checkout = readCheckout();
const proofs = Object.keys(SLOW_PROOFS);

/** The slow proofs whose key changes when these files have other bytes. */
function dueAfter(...paths: readonly string[]): readonly string[] {
  for (const path of paths) expect(checkout.files.has(path), path).toBe(true);
  const files = new Map([...checkout.files, ...paths.map((path) => [path, 'changed'] as const)]);
  return dueIn({ ...checkout, files });
}

function dueIn(tree: Tree): readonly string[] {
  return proofs.filter((proof) => keyOfSlowProof(tree, proof) !== keyOfSlowProof(checkout, proof));
}

const PLATFORM_FILE = 'platform/src/logging/masking.ts';

test('every slow proof is a test file', () => {
  expect(proofs.filter((proof) => !checkout.files.has(proof))).toEqual([]);
});

test('a sized proof is one that reads its size, and no other one does', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const reading = globSync('test/**/*.test.ts', { cwd: root }).filter((file) =>
    checkout.imports.get(file)?.some((specifier) => specifier.endsWith('/support/size.ts')),
  );
  const sized = proofs.filter((proof) => SLOW_PROOFS[proof]?.isSized);
  expect(reading.toSorted()).toEqual(sized.toSorted());
});

test('a change of the engine, of how tests run, or of our packages makes every proof due that rests on it', () => {
  expect(dueAfter('package-lock.json')).toEqual(proofs);
  expect(dueAfter('vitest.config.ts')).toEqual(proofs);
  expect(dueAfter('scripts/with-postgres.sh')).toEqual(proofs);
  expect(dueAfter('src/commit/create-folder.ts')).toEqual(
    expect.arrayContaining(proofs.filter((proof) => /faults|killed|nodes/.test(proof))),
  );
});

test('a change of the platform makes due what runs a service or judges its bytes', () => {
  expect(dueAfter(`templates/app/${PLATFORM_FILE}`, `examples/full/${PLATFORM_FILE}`)).toEqual([
    'test/properties/trees.e2e.test.ts',
    'test/guard/hostile-texts.e2e.test.ts',
    'test/regexes/regexes.e2e.test.ts',
    'test/examples/emitted.e2e.test.ts',
    'test/properties/suite.e2e.test.ts',
    'test/e2e/scanners.test.ts',
    'test/e2e/proofs.test.ts',
    'test/e2e/audit-under-fire.test.ts',
    'test/e2e/aws.test.ts',
    'test/e2e/image.test.ts',
    'test/e2e/jobs-under-fire.test.ts',
    'test/e2e/locked.test.ts',
    'test/e2e/rotation.test.ts',
    'test/e2e/webhooks-under-fire.test.ts',
  ]);
});

test('a change of a lock makes due what installs from it', () => {
  expect(dueAfter('templates/package-lock.json')).toEqual(
    expect.arrayContaining(proofs.filter((proof) => /npm|locks|install/.test(proof))),
  );
});

test('a change of the infrastructure makes its proofs due, and those of the image', () => {
  const due = dueAfter('examples/full/infra/index.ts');
  expect(due).toEqual([
    'test/e2e/infra.test.ts',
    'test/e2e/scanners.test.ts',
    'test/e2e/image.test.ts',
  ]);
});

test('a new file that is emitted makes due what depends on the names of the files', () => {
  const files = new Map([...checkout.files, ['templates/app/new.md', 'new'] as const]);
  expect(dueIn({ ...checkout, files })).toContain('test/e2e/faults/every-step.test.ts');
});

test('a change of a proof, or of what it imports, makes that proof due', () => {
  expect(dueAfter('test/e2e/rotation.test.ts')).toEqual(['test/e2e/rotation.test.ts']);
  expect(dueAfter('test/e2e/under-fire/production.ts')).toEqual([
    'test/e2e/webhooks-under-fire.test.ts',
  ]);
});

test('a change of a page that no proof reads makes none due', () => {
  expect(dueAfter('README.md', 'docs/check.md', 'generators/README.md')).toEqual([]);
});
