import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Pin, Releases, Shard } from '../../scripts/pins.ts';
import {
  changePins,
  findPinFaults,
  movePins,
  newestPin,
  printShard,
  readShards,
  usedPin,
  usesOfDockerfile,
  usesOfWorkflow,
} from '../../scripts/pins.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const commit = (digit: string): string => digit.repeat(40);
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const seen = { observed: '2030-01-01', confirmedBy: [] };
const action = { kind: 'action', name: 'a/b', version: 'v1.0.0', pin: commit('1') } as const;
const image = { kind: 'image', name: 'node', version: '24-slim', pin: digest('1') } as const;
const shardOf = (...pins: readonly Pin[]): Shard => ({
  file: 'x.json',
  module: 'x',
  pins: pins.map((pin) => ({ ...pin, ...seen })),
});
const shard = shardOf(action, image);

test('a shard is written as it is kept, so that a change of one pin is all that changes', async () => {
  for (const kept of readShards(root))
    assert.equal(await printShard(kept), readFileSync(kept.file, 'utf8'));
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
  const other = shardOf({ ...action, pin: commit('2') });
  assert.deepEqual(findPinFaults([shard, other], []), ['a/b is pinned in two ways']);
  const loose = [
    { ...action, pin: 'main' },
    { ...image, pin: commit('1') },
  ];
  assert.deepEqual(findPinFaults([shardOf(...loose)], []), [
    'a/b names no commit or digest',
    'node names no commit or digest',
  ]);
});

const releases =
  (pins: Readonly<Record<string, string>>): Releases =>
  () =>
    new Map(Object.entries(pins));

test('a refresh moves the table and every use to the newest release (SUPPLY-1)', () => {
  const known = releases({
    'v1.0.0': commit('1'),
    'v1.10.0': commit('3'),
    'v1.9.0': commit('2'),
    'v2.0.0-rc.1': commit('4'),
    v2: commit('5'),
    '24-slim': digest('2'),
  });
  const { shards, moves, faults } = changePins([shard], (row) => newestPin(row, known));
  assert.deepEqual(faults, []);
  assert.deepEqual(
    shards[0]?.pins.map(({ version, pin }) => [version, pin]),
    [
      ['v1.10.0', commit('3')],
      ['24-slim', digest('2')],
    ],
  );
  assert.equal(
    movePins(`uses: a/b/c@${commit('1')} # v1.0.0\nFROM node:24-slim@${digest('1')}\n`, moves),
    `uses: a/b/c@${commit('3')} # v1.10.0\nFROM node:24-slim@${digest('2')}\n`,
  );
});

test('an image that a bot has moved is taken in only if its tag is that digest (SUPPLY-1)', () => {
  for (const version of ['24-slim', '24.1-slim']) {
    const uses = usesOfDockerfile('Dockerfile', `FROM node:${version}@${digest('2')}\n`);
    const adopt = (now: string) =>
      changePins([shardOf(image)], (row) => usedPin(row, uses, releases({ [version]: now })));
    const { shards, faults } = adopt(digest('2'));
    assert.deepEqual(faults, []);
    const observed = new Date().toISOString().slice(0, 10);
    const moved = { ...image, version, pin: digest('2'), observed, confirmedBy: [] };
    assert.deepEqual(shards[0]?.pins, [moved]);
    assert.deepEqual(findPinFaults(shards, uses), []);
    const other = adopt(digest('3'));
    assert.deepEqual(other.faults, [`${version} of node is not ${digest('2')}`]);
    assert.deepEqual(other.shards, [shardOf(image)]);
  }
  const loose = usesOfDockerfile('Dockerfile', 'FROM node:24-slim\n');
  const refused = usedPin(image, loose, releases({ '24-slim': digest('1') }));
  assert.equal(refused, '24-slim of node is not pinned');
});

test('a tag that was pushed again is reported, and not followed (SUPPLY-1)', () => {
  const pushed = releases({ 'v1.0.0': commit('9'), 'v1.1.0': commit('8') });
  const { shards, faults } = changePins([shardOf(action)], (row) => newestPin(row, pushed));
  assert.deepEqual(faults, ['v1.0.0 of a/b is another commit by now']);
  assert.deepEqual(shards, [shardOf(action)]);
});

test('a pin that a bot moved is adopted only if its tag is that commit (SUPPLY-1)', () => {
  const uses = usesOfWorkflow('w.yml', `- uses: a/b@${commit('2')} # v1.1.0\n`);
  const { file: _file, ...moved } = uses[0] ?? assert.fail();
  assert.deepEqual(usedPin(action, uses, releases({ 'v1.1.0': commit('2') })), moved);
  const refused = usedPin(action, uses, releases({ 'v1.1.0': commit('3') }));
  assert.equal(refused, `v1.1.0 of a/b is not ${commit('2')}`);
});
