import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Shard } from '../../scripts/pin-table.ts';
import {
  findPinFaults,
  printShard,
  readShards,
  usesOfDockerfile,
  usesOfWorkflow,
} from '../../scripts/pin-table.ts';
import type { ReleaseSource } from '../../scripts/pins.ts';
import { adoptPins, movePins, refreshPins } from '../../scripts/pins.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TODAY = '2030-01-01';
const commit = (digit: string): string => digit.repeat(40);
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const shard: Shard = {
  module: 'x',
  actions: [{ name: 'a/b', version: 'v1.0.0', sha: commit('1'), observed: TODAY, confirmedBy: [] }],
  images: [{ name: 'node:24-slim', digest: digest('1'), observed: TODAY, confirmedBy: [] }],
};

test('a shard is written as it is kept, so that a change of one pin is all that changes', () => {
  for (const { path, ...kept } of readShards(root))
    assert.equal(printShard(kept), readFileSync(join(root, path), 'utf8'));
});

test('a use without a version or a digest is refused too (SUPPLY-1)', () => {
  for (const use of [`uses: a/b@${commit('1')}`, 'uses: a/b@v1.0.0 # v1.0.0'])
    assert.equal(findPinFaults([shard], usesOfWorkflow('w.yml', `- ${use}\n`)).length, 1, use);
  const line = 'FROM node:24-slim\n';
  assert.equal(findPinFaults([shard], usesOfDockerfile('Dockerfile', line)).length, 1, line);
});

test('what is in the table passes, and so do steps and stages of our own (SUPPLY-1)', () => {
  const workflow = `- uses: a/b/sub@${commit('1')} # v1.0.0\n- uses: ./.github/actions/x\n`;
  assert.deepEqual(findPinFaults([shard], usesOfWorkflow('w.yml', workflow)), []);
  const stages = `FROM node:24-slim@${digest('1')} AS build\nFROM build\nFROM scratch\n`;
  assert.deepEqual(findPinFaults([shard], usesOfDockerfile('Dockerfile', stages)), []);
});

test('a table that contradicts itself, or pins nothing, is refused (SUPPLY-1)', () => {
  const other = { ...shard, actions: shard.actions.map((pin) => ({ ...pin, sha: commit('2') })) };
  assert.deepEqual(findPinFaults([shard, other], []), ['a/b is pinned in two ways']);
  const loose = { ...shard, actions: shard.actions.map((pin) => ({ ...pin, sha: 'main' })) };
  assert.deepEqual(findPinFaults([loose], []), ['a/b names no commit']);
});

const releases = (tags: Readonly<Record<string, string>>, image = digest('1')): ReleaseSource => ({
  tagsOf: () => new Map(Object.entries(tags)),
  digestOf: () => image,
});

test('a refresh moves the table and every use to the newest release (SUPPLY-1)', () => {
  const tags = {
    'v1.0.0': commit('1'),
    'v1.10.0': commit('3'),
    'v1.9.0': commit('2'),
    'v2.0.0-rc.1': commit('4'),
  };
  const { shards, moves, faults } = refreshPins([shard], releases(tags, digest('2')), TODAY);
  assert.deepEqual(faults, []);
  assert.equal(shards[0]?.actions[0]?.sha, commit('3'));
  assert.equal(shards[0]?.images[0]?.digest, digest('2'));
  assert.equal(
    movePins(`uses: a/b/c@${commit('1')} # v1.0.0\nFROM node:24-slim@${digest('1')}\n`, moves),
    `uses: a/b/c@${commit('3')} # v1.10.0\nFROM node:24-slim@${digest('2')}\n`,
  );
});

test('an image that a bot has moved is taken in only if its tag is that digest (SUPPLY-1)', () => {
  for (const name of ['node:24-slim', 'node:24.1-slim']) {
    const uses = usesOfDockerfile('Dockerfile', `FROM ${name}@${digest('2')}\n`);
    const { shards, faults } = adoptPins([shard], uses, releases({}, digest('2')), TODAY);
    assert.deepEqual(faults, []);
    const pinned = { name, digest: digest('2'), observed: TODAY, confirmedBy: [] };
    assert.deepEqual(shards[0]?.images, [pinned]);
    assert.deepEqual(findPinFaults(shards, uses), []);
    const other = adoptPins([shard], uses, releases({}, digest('3')), TODAY);
    assert.deepEqual(other.faults, [`${name} is not ${digest('2')}`]);
    assert.deepEqual(other.shards, [shard]);
  }
  const loose = usesOfDockerfile('Dockerfile', 'FROM node:24-slim\n');
  assert.deepEqual(adoptPins([shard], loose, releases({}, digest('1')), TODAY).faults, [
    'node:24-slim is not named by a digest',
  ]);
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
