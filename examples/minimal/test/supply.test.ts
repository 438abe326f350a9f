import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { advisoriesIn, issueFor } from '../scripts/advisories.ts';
import type { Ban, Rule } from '../scripts/bans.ts';
import { findLockFaults, isRange } from '../scripts/bans.ts';
import type { LockEntry } from '../scripts/lockfile.ts';
import { installedParts, nameOfFolder, packagesIn, readJson } from '../scripts/lockfile.ts';
import type { Shard } from '../scripts/pin-table.ts';
import {
  findPinFaults,
  readShards,
  usesIn,
  usesOfDockerfile,
  usesOfWorkflow,
} from '../scripts/pin-table.ts';
import type { ReleaseSource } from '../scripts/pins.ts';
import { adoptPins, refreshPins } from '../scripts/pins.ts';
import { printSbom } from '../scripts/sbom.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const { banned } = readJson<{ banned: Ban[] }>(`${root}security/banned-packages.json`);
const parts = installedParts(root);
const [{ lock, manifest } = assert.fail('There is no lock.')] = parts;

const TODAY = '2030-01-01';
const commit = (digit: string): string => digit.repeat(40);
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const shard: Shard = {
  module: 'x',
  actions: [{ name: 'a/b', version: 'v1.0.0', sha: commit('1'), observed: TODAY, confirmedBy: [] }],
  images: [{ name: 'node:24-slim', digest: digest('1'), observed: TODAY, confirmedBy: [] }],
};
const releases = (tags: Record<string, string>, image = digest('1')): ReleaseSource => ({
  tagsOf: () => new Map(Object.entries(tags)),
  digestOf: () => image,
});

test('every Action and image in use is in the table, with the same pin (SUPPLY-1)', () => {
  const uses = usesIn(root);
  assert.ok(uses.length > 0);
  assert.deepEqual(findPinFaults(readShards(root), uses), []);
});

test('a use that differs from the table is refused (SUPPLY-1)', () => {
  for (const use of [
    `uses: a/b@${commit('2')} # v1.0.0`,
    `uses: a/b@${commit('1')} # v1.0.1`,
    'uses: a/b',
    `uses: "c/d@${commit('1')}" # v1.0.0`,
    'image: node:24-slim',
  ])
    assert.equal(findPinFaults([shard], usesOfWorkflow('w.yml', `- ${use}\n`)).length, 1, use);
  const line = `FROM --platform=linux/amd64 node:24-slim@${digest('2')} AS run\n`;
  assert.equal(findPinFaults([shard], usesOfDockerfile('Dockerfile', line)).length, 1);
});

test('a tag that was pushed again is reported, and not followed (SUPPLY-1)', () => {
  const { faults, moves } = refreshPins([shard], releases({ 'v1.0.0': commit('9') }), TODAY);
  assert.deepEqual(faults, ['v1.0.0 of a/b is another commit by now']);
  assert.deepEqual(moves, []);
});

test('a pin that a bot moved is adopted only if its tag is that commit (SUPPLY-1)', () => {
  const uses = usesOfWorkflow('w.yml', `- uses: a/b@${commit('2')} # v1.1.0\n`);
  const { shards } = adoptPins([shard], uses, releases({ 'v1.1.0': commit('2') }), TODAY);
  assert.equal(shards[0]?.actions[0]?.sha, commit('2'));
  const refused = adoptPins([shard], uses, releases({ 'v1.1.0': commit('3') }), TODAY);
  assert.deepEqual(refused.faults, [`v1.1.0 of a/b is not ${commit('2')}`]);
});

for (const installed of parts) {
  test(`every package that is locked for ${installed.part} is in its bill of materials (SUPPLY-2)`, () => {
    const { components } = JSON.parse(printSbom(installed)) as {
      components: { group?: string; name: string; version: string; hashes: unknown[] }[];
    };
    const listed = components.map(({ group, name, version }) =>
      [...(group === undefined ? [] : [group]), `${name}@${version}`].join('/'),
    );
    const locked = packagesIn(installed.lock).map(
      ([path, { name, version }]) => `${name ?? nameOfFolder(path)}@${version}`,
    );
    assert.ok(listed.length > 0);
    assert.deepEqual(listed.toSorted(), [...new Set(locked)].toSorted());
    assert.ok(components.every(({ hashes }) => hashes.length === 1));
  });

  test(`two runs over ${installed.part} are the same bytes (SUPPLY-2)`, () => {
    assert.equal(printSbom(installed), printSbom(structuredClone(installed)));
  });
}

const ID = 'GHSA-2222-cccc-ffff';
const audited = (via: unknown): string => JSON.stringify({ vulnerabilities: { x: { via } } });

test('a failed npm audit does not read as a clean one (SUPPLY-3)', () => {
  for (const answer of ['{"error":{"code":"ENETUNREACH"}}', '{}', '{"vulnerabilities":null}', ''])
    assert.throws(() => advisoriesIn(answer, 'critical'), /did not get an answer/);
});

test('no free text of an advisory reaches an issue (SUPPLY-3)', () => {
  const hostile = '$(touch /tmp/x) ${{ secrets.A }} <img src=x> @everyone `';
  const advisory = { url: `https://github.com/advisories/${ID}`, severity: 'critical', name: 'x' };
  const issues = [
    { ...advisory, title: hostile, name: hostile, range: hostile },
    { ...advisory, url: `https://evil.example.com/?${hostile}` },
    { ...advisory, url: `https://github.com/advisories/${ID}${hostile}` },
  ].flatMap((via) => advisoriesIn(audited([via]), 'critical').map(issueFor));
  assert.equal(issues.length, 1);
  for (const { title, body } of issues) {
    assert.equal(title, `Critical advisory ${ID} in a package`);
    for (const part of ['$(', '${{', '<', '@', 'evil']) assert.ok(!body.includes(part), part);
  }
});

test('no locked package is banned, renamed, from elsewhere, unhashed or free to run a script (SUPPLY-4)', () => {
  for (const part of parts)
    assert.deepEqual(findLockFaults(part.lock, part.manifest, banned), [], part.part);
});

test('each ban says which versions, why and since when (SUPPLY-4)', () => {
  for (const { name, range, why, added } of banned) {
    assert.ok(isRange(range), `${name} ${range}`);
    assert.ok(why.length > 20, name);
    assert.match(added, /^\d{4}-\d{2}-\d{2}$/, name);
  }
});

const sound: LockEntry = { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` };

// One entry per rule.
const PLANTED: readonly [what: string, Rule, path: string, LockEntry][] = [
  [
    'a banned version',
    'banned',
    'node_modules/b/node_modules/event-stream',
    { ...sound, version: '3.3.6' },
  ],
  ['an alias', 'alias', 'node_modules/lodash', { ...sound, name: 'lodahs' }],
  [
    'a git repository',
    'source',
    'node_modules/a',
    { ...sound, resolved: 'git+ssh://git@example.com/a.git#0' },
  ],
  ['a package without a hash', 'integrity', 'node_modules/a', { version: '1.0.0' }],
  [
    'an install script without a decision',
    'install-script',
    'node_modules/a',
    { ...sound, hasInstallScript: true },
  ],
  ['a version range of the project', 'unpinned', 'services/api', { dependencies: { a: '^1.0.0' } }],
];

for (const [what, rule, path, entry] of PLANTED) {
  test(`${what} is refused (SUPPLY-4)`, () => {
    const planted = { ...lock, packages: { ...lock.packages, [path]: entry } };
    assert.ok(findLockFaults(planted, manifest, banned).some((fault) => fault.rule === rule));
  });
}

test('a lockfile of another version does not pass as an empty one (SUPPLY-4)', () => {
  const [fault] = findLockFaults({ lockfileVersion: 1, packages: {} }, manifest, banned);
  assert.equal(fault?.rule, 'lock-version');
});
