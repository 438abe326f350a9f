import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Contribution, Program } from '../components/contribution.ts';
import type { Hosts } from '../components/hosts.ts';
import { readHosts } from '../components/hosts.ts';
import { planOf } from '../components/plan.ts';

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
const shard = (changed: object) => ({ module: 'one', egress: [{ ...entry, ...changed }] });

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

const unclear: readonly (readonly [what: string, content: unknown])[] = [
  ['a wildcard', shard({ host: '*.example.com' })],
  ['an address', shard({ host: '192.0.2.1' })],
  ['one label', shard({ host: 'internal' })],
  ['another case', shard({ host: 'API.example.com' })],
  ['no port', shard({ ports: [] })],
  ['a port that is none', shard({ ports: [0] })],
  ['an unknown class', shard({ class: 'anything' })],
  ['loopback that is no yes', shard({ loopback: 'no' })],
  ['an unknown member of an entry', shard({ hosts: ['b.example.com'] })],
  ['an unknown member', { ...shard({}), also: [] }],
  ['another module', { ...shard({}), module: 'two' }],
  ['no list', { module: 'one' }],
  ['chosen without ports', { ...shard({}), chosen: { reason: 'A reason.' } }],
  ['no JSON', '{'],
];

test('what is unclear stops the deployment, and its value is not told (HOOK-4)', (t) => {
  for (const [what, content] of unclear)
    assert.throws(
      () => readHosts(folderOf(t, { 'one.json': content })),
      ({ message }: Error) =>
        message.startsWith('security/egress/one.json ') && !message.includes('example.com'),
      what,
    );
});

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

test('who calls what users choose is said on both sides, or nothing is deployed (HOOK-4)', () => {
  const { callsChosen: _, ...silent } = telling;
  assert.throws(() => planOf([app, jobs, silent], { ...none, chosen }), /callsChosen/);
  assert.throws(() => planOf([app, jobs], { ...none, chosen }), /callsChosen/);
  assert.throws(() => planOf([app, jobs, telling], none), /nothing under chosen/);
  assert.throws(() => planOf([app, telling], { ...none, chosen }), /no program named worker/);
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
