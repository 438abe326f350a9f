import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { build } from '../components/program.ts';
import type { Settings } from '../settings.ts';
import type { Captured } from './capture.ts';
import { capture } from './capture.ts';
import { everything, hostsOf, settingsOf } from './example.ts';
import type { Told } from './taint.ts';
import { taintOf } from './taint.ts';

/** Where a secret could come from: the stack's configuration, and whatever the process was started with. */
/** What somebody wrote into the source. Made here, because a file that holds such a text is taken for a leak. */
const CONSTANT = createHash('sha256')
  .update('a key that is the same in every run')
  .digest('base64');

const KEYS = ['infra:token', 'infra:databasePassword', 'infra:signingKey', 'aws:secretKey'];
const VARIABLES = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'DATABASE_URL',
  'GITHUB_TOKEN',
  'PULUMI_ACCESS_TOKEN',
  'PULUMI_CONFIG_PASSPHRASE',
];

const told: Told = {
  secrets: [...KEYS, ...VARIABLES].map((_, index) => [
    secret('a1f3c9', index),
    secret('b7e204', index),
  ]),
  settings: [
    ['first.example.com', 'second.example.net'],
    ['first@example.org', 'second@example.org'],
    ['1a'.repeat(32), '2b'.repeat(32)],
  ],
};

function secret(run: string, index: number): string {
  return `Sentinel${run}of${index}`;
}

async function runBoth(beside: () => pulumi.Inputs = () => ({})): Promise<[Captured, Captured]> {
  return [await runWith(0, beside), await runWith(1, beside)];
}

/** As index.ts does it, among secrets that it must not touch. */
async function runWith(run: 0 | 1, beside: () => pulumi.Inputs): Promise<Captured> {
  const secrets = told.secrets.map((pair) => pair[run]);
  const config = Object.fromEntries(KEYS.map((key, index) => [key, secrets[index] ?? '']));
  const before = { ...process.env };
  VARIABLES.forEach((name, index) => (process.env[name] = secrets[KEYS.length + index]));
  try {
    return await capture(
      () => ({ ...build(settingsIn(run), everything, hostsOf(everything)), ...beside() }),
      { config, secretKeys: KEYS },
    );
  } finally {
    process.env = before;
  }
}

function settingsIn(run: 0 | 1): Settings {
  const [domain, alertEmail, digest] = told.settings.map((pair) => pair[run]) as [
    string,
    string,
    string,
  ];
  const of = (service: string) => `registry.example/${service}@sha256:${digest}`;
  return settingsOf({
    domain,
    alertEmail,
    images: { api: of('api'), payments: of('payments') },
  });
}

const EXPECTED: Readonly<Record<string, string>> = {
  environment: 'TAINT-01',
  unmarked: 'TAINT-01',
  tag: 'TAINT-01',
  base64: 'TAINT-01',
  'base64-within': 'TAINT-01',
  hex: 'TAINT-01',
  reversed: 'TAINT-01',
  url: 'TAINT-01',
  'process-environment': 'TAINT-01',
  length: 'TAINT-02',
  'setting-disguised': 'TAINT-03',
  'user-data': 'TAINT-04',
  address: 'TAINT-04',
  pem: 'TAINT-04',
  constant: 'TAINT-05',
  'output leaked': 'TAINT-01',
  'output encoded.inner': 'TAINT-01',
};

/** Each under the name by which it has to be found. */
function plantAll(): pulumi.Inputs {
  const config = new pulumi.Config('infra');
  const token = config.requireSecret('token');
  const password = config.requireSecret('databasePassword');
  const tagged = (name: string, value: pulumi.Input<string>) =>
    new aws.sns.Topic(name, { displayName: value });
  new aws.ecs.TaskDefinition('environment', {
    family: 'planted',
    containerDefinitions: pulumi.jsonStringify([{ environment: [{ name: 'X', value: password }] }]),
  });
  tagged('unmarked', pulumi.unsecret(token));
  new aws.sns.Topic('tag', { tags: { note: token } });
  const encoded = token.apply((value) => Buffer.from(value).toString('base64'));
  tagged('base64', encoded);
  tagged(
    'base64-within',
    token.apply((value) => Buffer.from(`user:${value}!`).toString('base64')),
  );
  tagged(
    'hex',
    token.apply((value) => Buffer.from(value).toString('hex')),
  );
  tagged(
    'reversed',
    token.apply((value) => [...value].toReversed().join('')),
  );
  tagged(
    'url',
    token.apply((value) => `https://x.example/?q=${encodeURIComponent(`${value}&`)}`),
  );
  tagged('process-environment', process.env['GITHUB_TOKEN'] ?? '');
  tagged(
    'length',
    token.apply((value) => (value.includes('a1f3c9') ? 'odd' : 'even')),
  );
  const domain = process.env['GITHUB_TOKEN']?.includes('a1f3c9')
    ? 'first.example.com'
    : 'second.example.net';
  tagged('setting-disguised', Buffer.from(domain).toString('hex'));
  new aws.ec2.Instance('user-data', { userData: `export AWS_SECRET_${'ACCESS'}_KEY=${CONSTANT}` });
  tagged('address', ['postgres://app', 'hunter2horse@db.example/app'].join(':'));
  tagged('pem', ['-----BEGIN', 'PRIVATE KEY-----'].join(' '));
  tagged('constant', CONSTANT);
  return { leaked: pulumi.unsecret(token), encoded: { inner: encoded } };
}

// Before any test: the runner follows every promise within one, and a capture has tens of thousands.
const clean = await runBoth();
const planted = await runBoth(plantAll);

test('no secret that the program could have come by is in what it asks for or tells (SUPPLY-5)', () => {
  assert.deepEqual(taintOf(...clean, told), []);
});

test('a secret is found in every form and every place, and so is one in the source (SUPPLY-5)', () => {
  const [first, second] = planted;
  const found = taintOf(first, second, told);
  const byName = Object.groupBy(found, ({ urn, says }) =>
    urn === 'outputs' ? `output ${says.split(': ').at(-1)}` : (urn.split('::').at(-1) ?? ''),
  );
  const rules = Object.entries(byName).map(([name, findings = []]) => [name, findings[0]?.rule]);
  assert.deepEqual(Object.fromEntries(rules), EXPECTED);
  const marked = first.graph
    .filter(({ secretPaths }) => secretPaths.length > 0)
    .map(({ name }) => name);
  assert.ok(!marked.includes('unmarked'), 'a mark that was taken off is not needed to find it');
});
