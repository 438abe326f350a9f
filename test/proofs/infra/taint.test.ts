import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { readHosts } from '../../infra/components/hosts.ts';
import { build } from '../../infra/components/program.ts';
import { contributions } from '../../infra/modules.ts';
import { captureTwice, taintOf } from '../../infra/test/taint.ts';
import { everything, hostsOf } from './example.ts';

/** A constant of the source. Computed, because scanners report a file that holds such a text. */
const CONSTANT = createHash('sha256')
  .update('a key that is the same in every run')
  .digest('base64');

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

/** Each leak has the name that the test looks for. */
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

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const SERVICES = ['api', 'payments'];
const clean = await captureTwice(
  (settings) => ({ ...build(settings, everything, hostsOf(everything)) }),
  SERVICES,
);
const planted = await captureTwice(
  (settings) => ({ ...build(settings, everything, hostsOf(everything)), ...plantAll() }),
  SERVICES,
);
const leaking = await captureTwice((settings) => ({
  ...build(settings, contributions, readHosts()),
  leaked: Buffer.from(process.env['GITHUB_TOKEN'] ?? '').toString('base64'),
}));

test('no secret that the program could have come by is in what it asks for or tells (SUPPLY-5)', () => {
  assert.deepEqual(taintOf(...clean), []);
});

test('a secret is found in every form and every place, and so is one in the source (SUPPLY-5)', () => {
  const [first, second] = planted;
  const found = taintOf(first, second);
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

test('a secret of the environment is found in an output, encoded (SUPPLY-5)', () => {
  const found = taintOf(...leaking).map(({ rule, urn }) => [rule, urn]);
  assert.deepEqual(found, [['TAINT-01', 'outputs']]);
});
