import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { adopt } from '../../scripts/pins/adopt.ts';
import type { Asked } from '../../scripts/pins/ask.ts';
import { faultsOf } from '../../scripts/pins/faults.ts';
import { moved, refresh } from '../../scripts/pins/refresh.ts';
import type { Shard } from '../../scripts/pins/table.ts';
import {
  printShard,
  readShards,
  usesIn,
  usesOfDockerfile,
  usesOfWorkflow,
} from '../../scripts/pins/table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TODAY = '2030-01-01';
const commit = (digit: string): string => digit.repeat(40);
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const shard: Shard = {
  module: 'x',
  actions: [{ name: 'a/b', version: 'v1.0.0', sha: commit('1'), observed: TODAY, confirmedBy: [] }],
  images: [{ name: 'node:24-slim', digest: digest('1'), observed: TODAY, confirmedBy: [] }],
};

test('every Action and every image that is used is in the table, as it is there (SUPPLY-1)', () => {
  const uses = usesIn(root);
  assert.ok(uses.length > 0);
  assert.deepEqual(faultsOf(readShards(root), uses), []);
});

test('a shard is written as it is kept, so that a change of one pin is all that changes', () => {
  for (const { path, ...kept } of readShards(root))
    assert.equal(printShard(kept), readFileSync(join(root, path), 'utf8'));
});

test('what is not in the table, or not as it is there, is refused (SUPPLY-1)', () => {
  for (const use of [
    `uses: a/b@${commit('2')} # v1.0.0`,
    `uses: a/b@${commit('1')} # v1.0.1`,
    `uses: a/b@${commit('1')}`,
    'uses: a/b@v1.0.0 # v1.0.0',
    'uses: a/b',
    `uses: "c/d@${commit('1')}" # v1.0.0`,
    'image: node:24-slim',
  ])
    assert.equal(faultsOf([shard], usesOfWorkflow('w.yml', `      - ${use}\n`)).length, 1, use);
  for (const line of [
    'FROM node:24-slim',
    `FROM --platform=linux/amd64 node:24-slim@${digest('2')} AS run`,
  ])
    assert.equal(faultsOf([shard], usesOfDockerfile('Dockerfile', `${line}\n`)).length, 1, line);
});

test('what is in the table passes, and so do steps and stages of our own (SUPPLY-1)', () => {
  const workflow = `- uses: a/b/sub@${commit('1')} # v1.0.0\n- uses: ./.github/actions/x\n`;
  assert.deepEqual(faultsOf([shard], usesOfWorkflow('w.yml', workflow)), []);
  const stages = `FROM node:24-slim@${digest('1')} AS build\nFROM build\nFROM scratch\n`;
  assert.deepEqual(faultsOf([shard], usesOfDockerfile('Dockerfile', stages)), []);
});

test('a table that contradicts itself, or pins nothing, is refused (SUPPLY-1)', () => {
  const other = { ...shard, actions: shard.actions.map((pin) => ({ ...pin, sha: commit('2') })) };
  assert.deepEqual(faultsOf([shard, other], []), ['a/b is pinned in two ways']);
  const loose = { ...shard, actions: shard.actions.map((pin) => ({ ...pin, sha: 'main' })) };
  assert.deepEqual(faultsOf([loose], []), ['a/b names no commit']);
});

const asked = (tags: Readonly<Record<string, string>>, image = digest('1')): Asked => ({
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
  const { shards, moves, faults } = refresh([shard], asked(tags, digest('2')), TODAY);
  assert.deepEqual(faults, []);
  assert.equal(shards[0]?.actions[0]?.sha, commit('3'));
  assert.equal(shards[0]?.images[0]?.digest, digest('2'));
  assert.equal(
    moved(`uses: a/b/c@${commit('1')} # v1.0.0\nFROM node:24-slim@${digest('1')}\n`, moves),
    `uses: a/b/c@${commit('3')} # v1.10.0\nFROM node:24-slim@${digest('2')}\n`,
  );
});

test('a tag that was pushed again is told, and not followed (SUPPLY-1)', () => {
  const { faults, moves } = refresh([shard], asked({ 'v1.0.0': commit('9') }), TODAY);
  assert.deepEqual(faults, ['v1.0.0 of a/b is another commit by now']);
  assert.deepEqual(moves, []);
});

test('what a bot has moved is taken in only if its tag is that commit (SUPPLY-1)', () => {
  const uses = usesOfWorkflow('w.yml', `- uses: a/b@${commit('2')} # v1.1.0\n`);
  const taken = adopt([shard], uses, asked({ 'v1.1.0': commit('2') }), TODAY);
  assert.deepEqual(taken.shards[0]?.actions[0], {
    name: 'a/b',
    version: 'v1.1.0',
    sha: commit('2'),
    observed: TODAY,
    confirmedBy: [],
  });
  assert.deepEqual(adopt([shard], uses, asked({ 'v1.1.0': commit('3') }), TODAY).faults, [
    `v1.1.0 of a/b is not ${commit('2')}`,
  ]);
});

test('an image that a bot has moved is taken in only if its tag is that digest (SUPPLY-1)', () => {
  for (const name of ['node:24-slim', 'node:24.1-slim']) {
    const uses = usesOfDockerfile('Dockerfile', `FROM ${name}@${digest('2')}\n`);
    const { shards, faults } = adopt([shard], uses, asked({}, digest('2')), TODAY);
    assert.deepEqual(faults, []);
    const pinned = { name, digest: digest('2'), observed: TODAY, confirmedBy: [] };
    assert.deepEqual(shards[0]?.images, [pinned]);
    assert.deepEqual(faultsOf(shards, uses), []);
    const other = adopt([shard], uses, asked({}, digest('3')), TODAY);
    assert.deepEqual(other.faults, [`${name} is not ${digest('2')}`]);
    assert.deepEqual(other.shards, [shard]);
  }
  const loose = usesOfDockerfile('Dockerfile', 'FROM node:24-slim\n');
  assert.deepEqual(adopt([shard], loose, asked({}, digest('1')), TODAY).faults, [
    'node:24-slim is not named by a digest',
  ]);
});
