import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Ban, Rule } from '../../scripts/bans/faults.ts';
import { faultsOf } from '../../scripts/bans/faults.ts';
import { compare, isInRange, isRange } from '../../scripts/bans/range.ts';
import type { LockEntry, Lockfile, Manifest } from '../../scripts/lock/lockfile.ts';
import { installedParts } from '../../scripts/lock/lockfile.ts';

const root = new URL('../../', import.meta.url);
const { banned } = JSON.parse(
  readFileSync(new URL('security/banned-packages.json', root), 'utf8'),
) as { banned: readonly Ban[] };

const [services] = installedParts(fileURLToPath(root));
const { lock, manifest } = services ?? assert.fail('There is no lock.');

// 86 signs of base64: what a sha512 looks like.
const SHA512 = `sha512-${'A'.repeat(86)}==`;
const sound: LockEntry = { version: '1.0.0', integrity: SHA512 };

test('nothing that is locked is banned, renamed, from elsewhere, unhashed or left to run a script (SUPPLY-4)', () => {
  for (const part of installedParts(fileURLToPath(root)))
    assert.deepEqual(faultsOf(part.lock, part.manifest, banned), []);
});

const PLANTED: readonly {
  readonly what: string;
  readonly rule: Rule;
  readonly packages: Lockfile['packages'];
}[] = [
  {
    what: 'a banned version',
    rule: 'banned',
    packages: { 'node_modules/event-stream': { ...sound, version: '3.3.6' } },
  },
  {
    what: 'a package that is banned in every version, far below',
    rule: 'banned',
    packages: { 'node_modules/a/node_modules/@b/c/node_modules/flatmap-stream': sound },
  },
  {
    what: 'a banned package under another name',
    rule: 'banned',
    packages: { 'node_modules/harmless': { ...sound, name: 'flatmap-stream' } },
  },
  {
    what: 'a banned package that only its address names',
    rule: 'banned',
    packages: {
      'node_modules/harmless': {
        ...sound,
        resolved: 'https://registry.example.com/npm/flatmap-stream/-/flatmap-stream-1.0.0.tgz',
      },
    },
  },
  {
    what: 'an alias',
    rule: 'alias',
    packages: { 'node_modules/lodash': { ...sound, name: 'lodahs' } },
  },
  {
    what: 'a git repository',
    rule: 'source',
    packages: { 'node_modules/a': { ...sound, resolved: 'git+ssh://git@example.com/a.git#0' } },
  },
  {
    what: 'a tarball from anywhere',
    rule: 'source',
    packages: { 'node_modules/a': { ...sound, resolved: 'https://example.com/a.tgz' } },
  },
  {
    what: 'an address without TLS',
    rule: 'source',
    packages: { 'node_modules/a': { ...sound, resolved: 'http://example.com/a/-/a-1.0.0.tgz' } },
  },
  {
    what: 'a folder of this machine',
    rule: 'source',
    packages: { 'node_modules/a': { ...sound, resolved: 'file:../a' } },
  },
  {
    what: 'a package without a hash',
    rule: 'integrity',
    packages: { 'node_modules/a': { version: '1.0.0' } },
  },
  {
    what: 'a hash that can be forged',
    rule: 'integrity',
    packages: { 'node_modules/a': { ...sound, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } },
  },
  {
    what: 'a script that nobody was asked about',
    rule: 'install-script',
    packages: { 'node_modules/a': { ...sound, hasInstallScript: true } },
  },
  {
    what: 'a range of our own',
    rule: 'unpinned',
    packages: { 'services/api': { dependencies: { a: '^1.0.0' } } },
  },
];

for (const { what, rule, packages } of PLANTED) {
  test(`${what} is refused (SUPPLY-4)`, () => {
    const planted = { ...lock, packages: { ...lock.packages, ...packages } };
    assert.ok(faultsOf(planted, manifest, banned).some((fault) => fault.rule === rule));
  });
}

test('a lock of another version is not taken for an empty one (SUPPLY-4)', () => {
  const [fault] = faultsOf({ lockfileVersion: 1, packages: {} }, manifest, banned);
  assert.equal(fault?.rule, 'lock-version');
});

test('what is right is left alone: no address, a mirror, a script that was decided on (SUPPLY-4)', () => {
  const decided: Manifest = { name: 'x', allowScripts: { a: false } };
  for (const entry of [
    sound,
    { ...sound, resolved: 'https://registry.example.com/a/-/a-1.0.0.tgz' },
    { ...sound, hasInstallScript: true },
  ])
    assert.deepEqual(
      faultsOf({ lockfileVersion: 3, packages: { 'node_modules/a': entry } }, decided, banned),
      [],
    );
  const scoped = 'https://mirror.example.com/npm/@a%2fb/-/b-1.0.0.tgz';
  const packages = { 'node_modules/@a/b': { ...sound, resolved: scoped } };
  assert.deepEqual(faultsOf({ lockfileVersion: 3, packages }, decided, banned), []);
});

test('each ban says which versions, why and since when (SUPPLY-4)', () => {
  for (const { name, range, why, added } of banned) {
    assert.ok(isRange(range), `${name} ${range}`);
    assert.ok(why.length > 20, name);
    assert.match(added, /^\d{4}-\d{2}-\d{2}$/, name);
  }
  const rows = banned.map(({ name, range }) => `${name} ${range}`);
  assert.equal(new Set(rows).size, rows.length);
});

test('versions are compared as npm compares them (SUPPLY-4)', () => {
  const rising = [
    '0.9.9',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0',
    '1.0.10',
    '1.2.0',
    '2.0.0',
  ];
  for (const [at, version] of rising.entries())
    for (const [other, bound] of rising.entries())
      assert.equal(
        Math.sign(compare(version, bound)),
        Math.sign(at - other),
        `${version} ${bound}`,
      );
  assert.ok(isInRange('1.5.0', '>=1.0.0 <2.0.0 || 3.0.0'));
  assert.ok(isInRange('3.0.0', '>=1.0.0 <2.0.0 || 3.0.0'));
  assert.ok(!isInRange('2.0.0', '>=1.0.0 <2.0.0 || 3.0.0'));
  for (const range of ['', '^1.0.0', '1.x', '>= 1.0.0', 'latest'])
    assert.ok(!isRange(range), range);
});
