import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireRoom, segmentRange } from '../../infra/components/plan.ts';
import type { Contribution, Program } from '../../infra/components/contribution.ts';
import type { Hosts } from '../../infra/components/hosts.ts';
import { planOf } from '../../infra/components/plan.ts';

const program = (id: string, changed: Partial<Program> = {}): Program => ({
  id,
  service: 'api',
  entry: `services/api/${id}.ts`,
  kind: 'service',
  segment: 'app',
  ...changed,
});
const app: Contribution = {
  module: 'app',
  programs: [
    program('api', { login: 'api' }),
    program('migrate', { kind: 'task', login: 'migrator' }),
  ],
};
const jobs: Contribution = { module: 'jobs', programs: [program('worker', { login: 'api' })] };
const telling: Contribution = { module: 'telling', callsChosen: ['worker'] };
const vault: Contribution = {
  module: 'vault',
  segments: [{ id: 'vault', why: 'Apart.' }],
  programs: [program('vault', { segment: 'vault' })],
};
const none: Hosts = { public: [], vpc: [], chosen: [] };
const chosen = [{ module: 'telling', ports: [443] }];
const listed = (module: string, ports = [443]) => ({
  module,
  host: `${module}.example.com`,
  ports,
});

const waysOut = (contributions: readonly Contribution[], hosts: Hosts) =>
  Object.fromEntries(
    planOf(contributions, hosts).programs.map(({ id, wayOut }) => [id, wayOut.ports]),
  );

test('nobody has a way out unless a shard lists something for a module of its segment (HOOK-4)', () => {
  assert.deepEqual(waysOut([app, jobs, vault], none), {
    api: [],
    migrate: [],
    worker: [],
    vault: [],
  });
  const hosts = { ...none, public: [listed('mail', [443, 8443]), listed('vault')] };
  assert.deepEqual(waysOut([app, jobs, vault], hosts), {
    api: [443, 8443],
    migrate: [],
    worker: [443, 8443],
    vault: [443],
  });
});

test('only the program that says so calls what users choose, and stands apart for it (HOOK-4)', () => {
  const { programs } = planOf([app, jobs, telling], { ...none, chosen });
  const apart = programs.filter(({ wayOut }) => wayOut.isChosen).map(({ id }) => id);
  assert.deepEqual(apart, ['worker']);
  assert.deepEqual(waysOut([app, jobs, telling], { ...none, chosen })['api'], []);
});

test('a segment without a login has no database', () => {
  const { segments } = planOf([app, vault], none);
  assert.deepEqual(
    segments.map(({ id, hasDatabase }) => [id, hasDatabase]),
    [
      ['app', true],
      ['vault', false],
    ],
  );
});

test('the addresses of a segment hang on its name alone, and no two segments share them', () => {
  assert.equal(segmentRange('app', 'app', 0), '10.88.16.0/24');
  assert.equal(segmentRange('payments', 'app', 0), '10.88.160.0/24');
  const names = Array.from({ length: 30 }, (_, index) => `segment-${index}`);
  for (const name of names)
    assert.match(
      segmentRange(name, 'chosen', 2),
      /^10\.88\.(\d|\d\d|1\d\d|2[0-4]\d|25[0-5])\.0\/24$/,
    );
  assert.throws(() => requireRoom(names), /another name/);
  assert.doesNotThrow(() => requireRoom(['app', 'payments']));
});
