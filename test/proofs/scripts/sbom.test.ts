import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Installed, LockEntry } from '../../scripts/lockfile.ts';
import { installedParts } from '../../scripts/lockfile.ts';
import { licencesOf, printSbom } from '../../scripts/sbom.ts';

interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly purl: string;
    readonly scope: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
    readonly licenses: readonly unknown[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const parts = installedParts(fileURLToPath(new URL('../../', import.meta.url)));
const bomOf = (installed: Installed): Bom => JSON.parse(printSbom(installed)) as Bom;

for (const installed of parts) {
  const bom = bomOf(installed);

  test(`each component of ${installed.part} says what its bytes are and under which licence (SUPPLY-2)`, () => {
    for (const { purl, hashes, licenses } of bom.components) {
      assert.match(hashes?.[0]?.content ?? '', /^[0-9a-f]{128}$/, purl);
      assert.ok(licenses.length > 0, purl);
    }
  });

  test(`two runs over ${installed.part} are the same bytes (SUPPLY-2)`, () => {
    assert.equal(printSbom(installed), printSbom(structuredClone(installed)));
  });

  test(`what ${installed.part} depends on leads to components that are there (SUPPLY-2)`, () => {
    const known = new Set([
      bom.metadata.component['bom-ref'],
      ...bom.components.map((one) => one['bom-ref']),
    ]);
    assert.deepEqual(bom.dependencies.map(({ ref }) => ref).toSorted(), [...known].toSorted());
    for (const { dependsOn } of bom.dependencies)
      assert.ok(dependsOn.every((ref) => known.has(ref)));
    assert.ok((bom.dependencies[0]?.dependsOn.length ?? 0) > 5);
  });
}

test('a package that is added to the lock is in it, and changes its serial number (SUPPLY-2)', () => {
  const [services = assert.fail()] = parts;
  const before = bomOf(services);
  const planted: LockEntry = {
    version: '1.2.3',
    license: 'MIT',
    dev: true,
    integrity: `sha512-${'A'.repeat(86)}==`,
  };
  const packages = { ...services.lock.packages, 'node_modules/a/node_modules/@x/planted': planted };
  const after = bomOf({ ...services, lock: { ...services.lock, packages } });
  const added = after.components.filter(
    ({ purl }) => !before.components.some((one) => one.purl === purl),
  );
  assert.deepEqual(
    added.map(({ purl, scope }) => [purl, scope]),
    [['pkg:npm/%40x/planted@1.2.3', 'excluded']],
  );
  assert.notEqual(after.serialNumber, before.serialNumber);
});

test('a licence that SPDX does not know is told by its name, since readers refuse unknown ids (SUPPLY-2)', () => {
  assert.deepEqual(licencesOf('MIT'), [{ license: { id: 'MIT' } }]);
  assert.deepEqual(licencesOf('(MIT OR Apache-2.0)'), [{ expression: '(MIT OR Apache-2.0)' }]);
  assert.deepEqual(licencesOf('SEE LICENSE IN x'), [{ license: { name: 'SEE LICENSE IN x' } }]);
  assert.deepEqual(licencesOf('BSD'), [{ license: { name: 'BSD' } }]);
  assert.deepEqual(licencesOf(undefined), []);
});
