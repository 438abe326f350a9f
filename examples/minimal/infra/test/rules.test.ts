import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { captureProject, settingsOf } from './example.ts';
import type { Json } from './graph.ts';
import { nodeNamed, ofType, replaceAt, textAt } from './graph.ts';
import { findingsOf, rules } from './rules.ts';

const infra = new URL('../', import.meta.url);

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const { graph, secretOutputs } = await captureProject();
const { graph: development } = await captureProject(
  settingsOf({ environment: 'dev', egress: 'network-firewall' }),
);

test('what the project asks for breaks no rule (SUPPLY-5, OBS-2)', () => {
  assert.deepEqual(findingsOf(graph), []);
  assert.deepEqual(findingsOf(development), []);
  assert.deepEqual(secretOutputs, []);
});

test('every rule has a name of its own and says what it demands', () => {
  const ids = rules.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
  for (const { id, demands } of rules) {
    assert.match(id, /^[A-Z0-9]{2,4}-\d{2}$/);
    assert.match(demands, /\.( \(.*\))?$/);
  }
});

const LOG = 'aws:cloudwatch/logGroup:LogGroup';
const CLUSTER = 'aws:rds/cluster:Cluster';

/** One weaker setting per row, in a resource that every project has. */
const refusals: readonly (readonly [
  rule: string,
  control: string,
  type: string,
  name: string,
  path: string,
  value: Json | undefined,
])[] = [
  ['LOG-01', 'OBS-2', LOG, 'api', 'retentionInDays', 364],
  ['LOG-03', 'OBS-2', LOG, 'api', 'deletionProtectionEnabled', false],
  [
    'S3-07',
    'OBS-2',
    'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration',
    'anchors',
    'rule.defaultRetention.days',
    364,
  ],
  [
    'S3-08',
    'OBS-2',
    'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
    'traffic',
    'rules.0.expiration.days',
    364,
  ],
  [
    'EGR-01',
    'HOOK-4',
    'aws:route53/resolverFirewallRule:ResolverFirewallRule',
    'everything',
    'action',
    'ALLOW',
  ],
  [
    'SG-02',
    'SUPPLY-5',
    'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
    'api-endpoints',
    'toPort',
    65_535,
  ],
  ['LB-01', 'SUPPLY-5', 'aws:lb/listener:Listener', 'https', 'sslPolicy', undefined],
  ['ECS-04', 'SUPPLY-5', 'aws:ecs/service:Service', 'service-api', 'enableExecuteCommand', true],
  ['DB-01', 'SUPPLY-5', CLUSTER, 'database-app', 'storageEncrypted', false],
  ['KMS-02', 'SUPPLY-5', 'aws:kms/key:Key', 'key-logs', 'policy', undefined],
  ['IAM-06', 'SUPPLY-5', 'aws:iam/role:Role', 'role-api', 'permissionsBoundary', undefined],
  ['BAN-02', 'SUPPLY-5', CLUSTER, 'database-app', 'masterPassword', 'planted'],
  ['CT-01', 'SUPPLY-5', 'aws:cloudtrail/trail:Trail', 'trail', 'isMultiRegionTrail', false],
];

for (const [rule, control, type, name, path, value] of refusals)
  test(`${rule} refuses ${name} with ${path} ${String(value)} (${control})`, () => {
    const changed = nodeNamed(graph, type, name);
    const inputs = replaceAt(changed.inputs, path.split('.'), value) as typeof changed.inputs;
    const weaker = graph.map((node) => (node === changed ? { ...node, inputs } : node));
    assert.ok(findingsOf(weaker).some((finding) => finding.rule === rule));
  });

function stackFileFindings(text: string): readonly string[] {
  // The passphrase of a stack file opens all of its secrets.
  const problems: readonly (readonly [RegExp, string])[] = [
    [/^\s*(?:[\w:.-]+:\s*)?secure:/m, 'has an encrypted value'],
    [/^encryptionsalt:/m, 'is encrypted with a passphrase'],
    [/^secretsprovider:(?!\s*["']?awskms:)/m, 'is not encrypted by KMS'],
  ];
  return problems.filter(([pattern]) => pattern.test(text)).map(([, says]) => says);
}

test('no stack file holds a secret, and none is encrypted with a passphrase (SUPPLY-5)', () => {
  const files = readdirSync(infra).filter((file) => /^Pulumi\..+\.yaml/.test(file));
  assert.notEqual(files.length, 0);
  for (const file of files)
    assert.deepEqual(stackFileFindings(readFileSync(new URL(file, infra), 'utf8')), [], file);
  const bad = [
    'config:\n  infra:token:\n    secure: v1:AAAA',
    'encryptionsalt: v1:x',
    'secretsprovider: passphrase',
  ];
  for (const text of bad) assert.equal(stackFileFindings(text).length, 1);
});

test('each alarm names a playbook that exists', () => {
  const texts = ofType(
    graph,
    'aws:cloudwatch/metricAlarm:MetricAlarm',
    'aws:cloudwatch/eventTarget:EventTarget',
  ).map(
    ({ inputs }) =>
      textAt(inputs, 'alarmDescription') || textAt(inputs, 'inputTransformer.inputTemplate'),
  );
  const paths = texts.map((text) => /playbooks\/[a-z0-9-]+\.md/.exec(text)?.[0] ?? text);
  const missing = paths.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
  assert.deepEqual([...new Set(missing)], []);
});
