import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProject } from '../../src/operations/create.ts';
import { findLockFaults } from '../../templates/app/scripts/bans.ts';
import { type Installed, installedParts } from '../../templates/app/scripts/lockfile.ts';
import { printSbom } from '../../templates/app/scripts/sbom.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { bomValidator } from '../support/cyclonedx.ts';
import { emptyFolder } from '../support/folder.ts';
import { PROFILES, exampleFolder } from '../support/profiles.ts';

const faultOf = bomValidator();

/** What packages state as their licence, and what they might. */
const licences = fc.oneof(
  fc.constantFrom(
    'MIT',
    'BSD',
    'UNLICENSED',
    'SEE LICENSE IN LICENSE',
    '(MIT OR Apache-2.0)',
    '(MIT',
    'MIT AND',
    'X OR Y',
  ),
  fc.string({ maxLength: 40 }),
);
const names = fc.stringMatching(/^(?:@[a-z][a-z0-9-]{0,10}\/)?[a-z][a-z0-9._-]{0,20}$/);
const versions = fc.stringMatching(
  /^\d{1,3}\.\d{1,3}\.\d{1,3}(?:-[a-z]{1,5}\.\d)?(?:\+[a-z0-9]{1,8})?$/,
);
const entries = fc.array(fc.tuple(names, names, versions, licences, fc.boolean()), {
  maxLength: 20,
});

describe.each(Object.keys(PROFILES))('the emitted commands on examples/%s', (profile) => {
  const parts = installedParts(exampleFolder(profile));

  test('write a bill of materials that the schema of CycloneDX 1.6 accepts', () => {
    for (const part of parts) {
      const bom = JSON.parse(printSbom(part)) as { specVersion: string; components: object[] };
      expect(faultOf(bom)).toBeUndefined();
      expect(faultOf({ ...bom, specVersion: 1.6 })).toBeDefined();
      expect(bom.components.length).toBeGreaterThan(50);
    }
  });

  test('find nothing banned in the lock', () => {
    const list = readFileSync(
      join(exampleFolder(profile), 'security/banned-packages.json'),
      'utf8',
    );
    const { banned } = JSON.parse(list) as { banned: Parameters<typeof findLockFaults>[2] };
    for (const { lock, manifest } of parts)
      expect(findLockFaults(lock, manifest, banned)).toEqual([]);
  });
});

test.each([
  ['dependabot', '.github/dependabot.yml', 'renovate.json'],
  ['renovate', 'renovate.json', '.github/dependabot.yml'],
])('with %s there is %s and no %s', async (updates, there, absent) => {
  const { directory } = await createProject(
    { directory: join(emptyFolder(), 'x'), answers: { updates } },
    await catalogueHere(),
  );
  expect(existsSync(join(directory, there))).toBe(true);
  expect(existsSync(join(directory, absent))).toBe(false);
});

test('whatever a lock holds, its bill of materials is valid, complete and the same twice', () => {
  fc.assert(
    fc.property(entries, (rows) => {
      const packages = Object.fromEntries(
        rows.map(([folder, name, version, license, dev]) => [
          `node_modules/${folder}`,
          {
            name,
            version,
            license,
            dev,
            integrity: `sha512-${'A'.repeat(86)}==`,
            dependencies: { [name]: '*' },
          },
        ]),
      );
      const lock = { lockfileVersion: 3, packages: { '': { name: 'x' }, ...packages } };
      const part: Installed = { part: 'services', folder: '', manifest: { name: 'x' }, lock };
      const text = printSbom(part);
      expect(printSbom(structuredClone(part))).toBe(text);
      const bom = JSON.parse(text) as {
        components: { name: string; group?: string; version: string }[];
      };
      expect(faultOf(bom)).toBeUndefined();
      const listed = new Set(
        bom.components.map(
          ({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`,
        ),
      );
      const locked = new Set(
        Object.values(packages).map(({ name, version }) => `${name}@${version}`),
      );
      expect(listed).toEqual(locked);
    }),
    { numRuns: 100 },
  );
});
