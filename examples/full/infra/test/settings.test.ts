import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Program } from '../components/contribution.ts';
import type { Hosts } from '../components/hosts.ts';
import { readHosts } from '../components/hosts.ts';
import { planOf } from '../components/plan.ts';
import { readSettings } from '../settings.ts';

const image = (tag: string) => JSON.stringify({ api: `registry.example.com/shop/api${tag}` });
const good: Readonly<Record<string, string>> = {
  'aws:region': 'eu-west-1',
  'aws:allowedAccountIds': '["123456789012"]',
  'aws:defaultTags': '{"tags":{"project":"shop","environment":"prod"}}',
  'infra:domain': 'api.example.com',
  'infra:certificateArn':
    'arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef',
  'infra:images': image(`@sha256:${'a'.repeat(64)}`),
  'infra:egress': 'dns-firewall',
  'infra:authorization': 'image',
  'infra:detection': 'true',
  'infra:zones': '["eu-west-1a","eu-west-1b"]',
};

const read = (changed: Readonly<Record<string, string | undefined>> = {}) =>
  readSettings('shop', 'prod', (key) => ({ ...good, ...changed })[key]);

test('what is well formed is read, and nothing of it is a default', () => {
  const { project, environment, accountId, images, zones, alertEmail } = read();
  assert.deepEqual([project, environment, accountId], ['shop', 'prod', '123456789012']);
  assert.deepEqual(Object.keys(images), ['api']);
  assert.deepEqual(zones, ['eu-west-1a', 'eu-west-1b']);
  assert.equal(alertEmail, undefined);
  for (const key of Object.keys(good)) assert.throws(() => read({ [key]: undefined }), /must/, key);
});

// A tag can move to another image. Another account's certificate or zone stops the deployment halfway. (SUPPLY-5)
const bad: readonly (readonly [key: string, value: string])[] = [
  ['infra:images', image(':latest')],
  ['infra:domain', '*.example.com'],
  ['infra:certificateArn', 'arn:aws:acm:eu-west-1:210987654321:certificate/0'],
  ['infra:zones', '["eu-west-1a"]'],
  ['infra:zones', '["eu-west-1a","us-east-1b"]'],
  ['infra:egress', 'open'],
  ['infra:alertEmail', 'to be filled in'],
  ['infra:aliases', '["*.example.com"]'],
  ['aws:allowedAccountIds', '["123456789012","210987654321"]'],
  ['aws:defaultTags', '{"tags":{"project":"shop","environment":"dev"}}'],
];

test('what is wrong is told with the way out, and never with the value', () => {
  for (const [key, value] of bad)
    assert.throws(
      () => read({ [key]: value }),
      ({ message }: Error) =>
        /must .+: (pulumi config set|edit it)/.test(message) && !message.includes(value),
      `${key} ${value}`,
    );
});

const entry = { host: 'api.example.com', ports: [443], class: 'public', reason: 'A reason.' };
const shard = (changed: object) => ({ module: 'one', egress: [{ ...entry, ...changed }] });

const unclear: readonly (readonly [what: string, content: unknown])[] = [
  ['a wildcard', shard({ host: '*.example.com' })],
  ['no port', shard({ ports: [] })],
  ['an unknown class', shard({ class: 'anything' })],
  ['loopback that is no yes', shard({ loopback: 'no' })],
  ['an unknown member of an entry', shard({ hosts: ['b.example.com'] })],
  ['an unknown member', { ...shard({}), also: [] }],
  ['another module', { ...shard({}), module: 'two' }],
  ['chosen without ports', { ...shard({}), chosen: { reason: 'A reason.' } }],
];

test('what is unclear stops the deployment, and its value is not told (HOOK-4)', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'egress-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [what, content] of unclear) {
    writeFileSync(join(folder, 'one.json'), JSON.stringify(content));
    assert.throws(
      () => readHosts(pathToFileURL(`${folder}/`)),
      ({ message }: Error) =>
        message.startsWith('security/egress/one.json ') && !message.includes('example.com'),
      what,
    );
  }
});

test('who calls what users choose is said on both sides, or nothing is deployed (HOOK-4)', () => {
  const program = (id: string): Program => ({
    id,
    service: 'api',
    entry: '',
    kind: 'service',
    segment: 'app',
  });
  const app = { module: 'app', programs: [program('api')] };
  const jobs = { module: 'jobs', programs: [program('worker')] };
  const telling = { module: 'telling', callsChosen: ['worker'] };
  const none: Hosts = { public: [], vpc: [], chosen: [] };
  const listed = { ...none, chosen: [{ module: 'telling', ports: [443] }] };
  assert.throws(() => planOf([app, jobs, { module: 'telling' }], listed), /callsChosen/);
  assert.throws(() => planOf([app, jobs], listed), /callsChosen/);
  assert.throws(() => planOf([app, jobs, telling], none), /nothing under chosen/);
  assert.throws(() => planOf([app, telling], listed), /no program named worker/);
});
