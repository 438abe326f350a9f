import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import semver from 'semver';
import { advisoriesIn } from '../../scripts/advisories.ts';
import type { Ban, Rule } from '../../scripts/bans.ts';
import { findLockFaults } from '../../scripts/bans.ts';
import type { LockEntry } from '../../scripts/lockfile.ts';
import { installedParts, nameOfFolder, packagesIn, readJson } from '../../scripts/lockfile.ts';
import type { Shard } from '../../scripts/pins.ts';
import {
  findPinFaults,
  readShards,
  usesIn,
  usesOfDockerfile,
  usesOfWorkflow,
} from '../../scripts/pins.ts';
import { printSbom } from '../../scripts/sbom.ts';
import { workflowFaults } from '../support/workflows.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const files = (...patterns: string[]): string[] => globSync(patterns, { cwd: root }).toSorted();

const workflows = files('.github/workflows/*.{yml,yaml}');
const parts = installedParts(root);
const [{ lock, manifest } = assert.fail('There is no lock.')] = parts;
const locked = parts.flatMap((part) => packagesIn(part.lock));
const { banned } = readJson<{ banned: Ban[] }>(`${root}security/banned-packages.json`);

// What every registry serves; a tarball from elsewhere has another address.
const FROM_REGISTRY = /^https:\/\/[^?#]+\/-\/[^/?#]+\.tgz$/;

test('every dependency names one exact version (SUPPLY-1)', () => {
  for (const path of files('{,platform/,services/*/,infra/}package.json')) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      read(path),
    ) as LockEntry;
    const named = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(named))
      assert.equal(semver.valid(version), version, `${path}: ${name} is not pinned`);
  }
});

test('every locked package carries a sha512 of its bytes (SUPPLY-1)', () => {
  for (const [path, { integrity = '' }] of locked)
    assert.match(integrity, /^sha512-[A-Za-z0-9+/]{86}==$/, `${path} could be swapped`);
});

test('no locked package comes from anywhere but a registry (SUPPLY-1)', () => {
  for (const [path, { resolved }] of locked)
    if (resolved !== undefined)
      assert.match(resolved, FROM_REGISTRY, `${path} comes from a place that can change`);
});

const NPM_SETTINGS = [
  'save-exact=true',
  'strict-allow-scripts=true',
  'allow-git=none',
  'allow-remote=none',
  'allow-file=none',
];

test('npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)', () => {
  for (const path of files('{,infra/}.npmrc')) {
    const settings = read(path).split('\n');
    for (const setting of NPM_SETTINGS)
      assert.ok(settings.includes(setting), `${setting} is missing from ${path}`);
    const age = settings.find((line) => line.startsWith('min-release-age='))?.split('=')[1];
    assert.ok(Number(age) >= 7, `min-release-age in ${path} is below a week`);
  }
});

test('every workflow step runs an action by the hash of its commit (SUPPLY-1)', () => {
  for (const path of workflows)
    for (const [, action = ''] of read(path).matchAll(/\buses:\s*(\S+)/g))
      // One of this repository comes with the very commit that uses it.
      assert.match(action, /^\.\/|@[0-9a-f]{40}$/, `${path}: ${action} can be moved to other code`);
});

test('there are workflows that check, look for secrets, read advisories and attest (SUPPLY-2)', () => {
  const checks = ['ci', 'codeql', 'dependency-review', 'scorecard', 'secret-scan', 'advisories'];
  for (const name of [...checks, 'release'])
    assert.ok(existsSync(`${root}.github/workflows/${name}.yml`), name);
});

for (const path of workflows) {
  test(`${path} can be made to do nothing that it does not say (SUPPLY-3)`, () => {
    assert.deepEqual(workflowFaults(read(path)), []);
  });
}

test('a failed npm audit does not read as a clean one (SUPPLY-3)', () => {
  for (const answer of ['{"error":{"code":"ENETUNREACH"}}', '{}', '{"vulnerabilities":null}', ''])
    assert.throws(() => advisoriesIn(answer, 'critical'), /did not get an answer/);
});

test('every Action and image in use is in the table, with the same pin (SUPPLY-1)', () => {
  const uses = usesIn(root);
  assert.ok(uses.length > 0);
  assert.deepEqual(findPinFaults(readShards(root), uses), []);
});

test('a use that differs from the table is refused (SUPPLY-1)', () => {
  const [first, second] = ['1'.repeat(40), '2'.repeat(40)];
  const [digest, other] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
  const seen = { observed: '2030-01-01', confirmedBy: [] };
  const shard: Shard = {
    file: 'x.json',
    module: 'x',
    pins: [
      { kind: 'action', name: 'a/b', version: 'v1.0.0', pin: first, ...seen },
      { kind: 'image', name: 'node', version: '24-slim', pin: digest, ...seen },
    ],
  };
  for (const use of [
    `uses: a/b@${second} # v1.0.0`,
    `uses: a/b@${first} # v1.0.1`,
    'uses: a/b',
    `uses: "c/d@${first}" # v1.0.0`,
    'image: node:24-slim',
  ])
    assert.equal(findPinFaults([shard], usesOfWorkflow('w.yml', `- ${use}\n`)).length, 1, use);
  const line = `FROM --platform=linux/amd64 node:24-slim@${other} AS run\n`;
  assert.equal(findPinFaults([shard], usesOfDockerfile('Dockerfile', line)).length, 1);
});

for (const installed of parts) {
  test(`every package that is locked for ${installed.part} is in its bill of materials (SUPPLY-2)`, () => {
    const { components } = JSON.parse(printSbom(installed)) as {
      components: { group?: string; name: string; version: string; hashes: unknown[] }[];
    };
    const listed = components.map(({ group, name, version }) =>
      [...(group === undefined ? [] : [group]), `${name}@${version}`].join('/'),
    );
    const expected = packagesIn(installed.lock).map(
      ([path, { name, version }]) => `${name ?? nameOfFolder(path)}@${version}`,
    );
    assert.ok(listed.length > 0);
    assert.deepEqual(listed.toSorted(), [...new Set(expected)].toSorted());
    assert.ok(components.every(({ hashes }) => hashes.length === 1));
  });
}

test('no locked package is banned, renamed, from elsewhere, unhashed or free to run a script (SUPPLY-4)', () => {
  for (const part of parts)
    assert.deepEqual(findLockFaults(part.lock, part.manifest, banned), [], part.part);
});

test('each ban says which versions, why and since when (SUPPLY-4)', () => {
  for (const { name, range, why, added } of banned) {
    assert.ok(range !== '' && semver.validRange(range) !== null, `${name} ${range}`);
    assert.ok(why.length > 20, name);
    assert.match(added, /^\d{4}-\d{2}-\d{2}$/, name);
  }
});

const A = 'node_modules/a';
const NESTED = 'node_modules/b/node_modules/event-stream';
const sound: LockEntry = { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` };
const fromGit = { ...sound, resolved: 'git+ssh://git@example.com/a.git#0' };
const running = { ...sound, hasInstallScript: true };

// One entry per rule.
const PLANTED: readonly [what: string, Rule, path: string, LockEntry][] = [
  ['a banned version', 'banned', NESTED, { ...sound, version: '3.3.6' }],
  ['an alias', 'alias', 'node_modules/lodash', { ...sound, name: 'lodahs' }],
  ['a git repository', 'source', A, fromGit],
  ['a package without a hash', 'integrity', A, { version: '1.0.0' }],
  ['an install script without a decision', 'install-script', A, running],
  ['a version range of the project', 'unpinned', 'services/api', { dependencies: { a: '^1.0.0' } }],
];

for (const [what, rule, path, entry] of PLANTED) {
  test(`${what} is refused (SUPPLY-4)`, () => {
    const planted = { ...lock, packages: { ...lock.packages, [path]: entry } };
    assert.ok(findLockFaults(planted, manifest, banned).some((fault) => fault.rule === rule));
  });
}
