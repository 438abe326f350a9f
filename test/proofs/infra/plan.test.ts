import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Contribution, Program } from '../../infra/components/contribution.ts';
import type { Hosts } from '../../infra/components/hosts.ts';
import { readHosts } from '../../infra/components/hosts.ts';
import { planOf, requireRoom, segmentRange } from '../../infra/components/plan.ts';

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

function folderOf(t: TestContext, files: Readonly<Record<string, unknown>>): URL {
  const folder = mkdtempSync(join(tmpdir(), 'egress-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [file, content] of Object.entries(files))
    writeFileSync(
      join(folder, file),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  return pathToFileURL(`${folder}/`);
}

const entry = { host: 'api.example.com', ports: [443], class: 'public', reason: 'A reason.' };

test('each class is read for what it is, and what is for a developer leads nowhere (HOOK-4)', (t) => {
  const egress = [
    entry,
    { ...entry, host: 'kms.eu-west-1.amazonaws.com', class: 'vpc' },
    { ...entry, host: '169.254.170.2', ports: [80], class: 'task-credentials' },
    { ...entry, host: 'localhost', class: 'vpc', loopback: true },
  ];
  const folder = folderOf(t, {
    'one.json': { module: 'one', egress },
    'two.json': { module: 'two', egress: [], chosen: { ports: [443], reason: 'A reason.' } },
    'README.md': 'about',
  });
  assert.deepEqual(readHosts(folder), {
    public: [{ module: 'one', host: 'api.example.com', ports: [443] }],
    vpc: [{ module: 'one', host: 'kms.eu-west-1.amazonaws.com', ports: [443] }],
    chosen: [{ module: 'two', ports: [443] }],
  });
});

test('what does not fit together is told before anything is created', () => {
  assert.throws(() => planOf([app, app], none), /program named api/);
  assert.throws(
    () => planOf([app, vault, { ...vault, programs: [] }], none),
    /segment named vault/,
  );
  const lost = { module: 'lost', programs: [program('lost', { segment: 'lost' })] };
  assert.throws(() => planOf([app, lost], none), /no segment named lost/);
  const called = program('called', { listens: { port: 3000, public: false, from: ['who'] } });
  assert.throws(() => planOf([app, { module: 'called', programs: [called] }], none), /named who/);
});

// The emitted test has a row for each rule. These are further forms of what it refuses.
const shard = (changed: object) => ({ module: 'one', egress: [{ ...entry, ...changed }] });
const unclear: readonly (readonly [what: string, content: unknown])[] = [
  ['an address', shard({ host: '192.0.2.1' })],
  ['one label', shard({ host: 'internal' })],
  ['another case', shard({ host: 'API.example.com' })],
  ['a port that is none', shard({ ports: [0] })],
  ['no list', { module: 'one' }],
  ['no JSON', '{'],
];

for (const [what, content] of unclear)
  test(`an egress shard with ${what} stops the deployment, and its value is not told (HOOK-4)`, (t) => {
    assert.throws(
      () => readHosts(folderOf(t, { 'one.json': content })),
      ({ message }: Error) =>
        message.startsWith('security/egress/one.json ') && !message.includes('example.com'),
    );
  });
