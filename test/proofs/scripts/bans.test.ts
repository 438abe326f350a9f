import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Ban, Rule } from '../../scripts/bans.ts';
import { findLockFaults } from '../../scripts/bans.ts';
import type { LockEntry, Lockfile, Manifest } from '../../scripts/lockfile.ts';
import { installedParts } from '../../scripts/lockfile.ts';

const root = new URL('../../', import.meta.url);
const { banned } = JSON.parse(
  readFileSync(new URL('security/banned-packages.json', root), 'utf8'),
) as { banned: readonly Ban[] };

const [services] = installedParts(fileURLToPath(root));
const { lock, manifest } = services ?? assert.fail('There is no lock.');

// 86 signs of base64: what a sha512 looks like.
const SHA512 = `sha512-${'A'.repeat(86)}==`;
const sound: LockEntry = { version: '1.0.0', integrity: SHA512 };

const PLANTED: readonly {
  readonly what: string;
  readonly rule: Rule;
  readonly packages: Lockfile['packages'];
}[] = [
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
    what: 'a prerelease within a banned range',
    rule: 'banned',
    packages: { 'node_modules/jsonwebtoken': { ...sound, version: '9.0.0-rc.1' } },
  },
  {
    what: 'a banned package whose version is unreadable',
    rule: 'banned',
    packages: { 'node_modules/event-stream': { ...sound, version: '3.3' } },
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
    what: 'a hash that can be forged',
    rule: 'integrity',
    packages: { 'node_modules/a': { ...sound, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } },
  },
];

for (const { what, rule, packages } of PLANTED) {
  test(`${what} is refused (SUPPLY-4)`, () => {
    const planted = { ...lock, packages: { ...lock.packages, ...packages } };
    assert.ok(findLockFaults(planted, manifest, banned).some((fault) => fault.rule === rule));
  });
}

test('what is right is left alone: no address, a mirror, a script that was decided on (SUPPLY-4)', () => {
  const decided: Manifest = { name: 'x', allowScripts: { a: false } };
  for (const entry of [
    sound,
    { ...sound, resolved: 'https://registry.example.com/a/-/a-1.0.0.tgz' },
    { ...sound, hasInstallScript: true },
  ])
    assert.deepEqual(
      findLockFaults(
        { lockfileVersion: 3, packages: { 'node_modules/a': entry } },
        decided,
        banned,
      ),
      [],
    );
  const scoped = 'https://mirror.example.com/npm/@a%2fb/-/b-1.0.0.tgz';
  const packages = { 'node_modules/@a/b': { ...sound, resolved: scoped } };
  assert.deepEqual(findLockFaults({ lockfileVersion: 3, packages }, decided, banned), []);
});

test('no ban stands in the list twice', () => {
  const rows = banned.map(({ name, range }) => `${name} ${range}`);
  assert.equal(new Set(rows).size, rows.length);
});

test('a ban covers the versions of its range and no other (SUPPLY-4)', () => {
  const range = '>=1.0.0 <2.0.0 || 3.0.0';
  const ban: Ban = { name: 'a', range, why: 'A test.', added: '2030-01-01' };
  const isRefused = (version: string) => {
    const packages = { 'node_modules/a': { ...sound, version } };
    return findLockFaults({ lockfileVersion: 3, packages }, manifest, [ban]).length > 0;
  };
  for (const version of ['1.0.0', '1.5.0', '1.10.0-beta.11', '3.0.0'])
    assert.ok(isRefused(version), version);
  for (const version of ['0.9.9', '2.0.0', '3.0.1']) assert.ok(!isRefused(version), version);
});

test('a ban with an unreadable range is an error, since it would ban nothing (SUPPLY-4)', () => {
  const bans: Ban[] = [{ name: 'a', range: 'latest', why: 'A test.', added: '2030-01-01' }];
  const packages = { 'node_modules/a': sound };
  assert.throws(
    () => findLockFaults({ lockfileVersion: 3, packages }, manifest, bans),
    /Invalid comparator/,
  );
});

test('a lockfile of another version does not pass as an empty one (SUPPLY-4)', () => {
  const [fault] = findLockFaults({ lockfileVersion: 1, packages: {} }, manifest, banned);
  assert.equal(fault?.rule, 'lock-version');
});
