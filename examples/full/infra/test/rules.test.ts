import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { readHosts } from '../components/hosts.ts';
import { build } from '../components/program.ts';
import { contributions } from '../modules.ts';
import { ARCHITECTURE, renderArchitecture, writeArchitecture } from './architecture.ts';
import { captureProject, settingsOf } from './example.ts';
import type { Json } from './graph.ts';
import { nodeNamed, ofType, replaceAt, textAt } from './graph.ts';
import { findingsOf } from './rules.ts';
import { captureTwice, taintOf } from './taint.ts';

const infra = new URL('../', import.meta.url);

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const { graph, secretOutputs } = await captureProject();
const { graph: development } = await captureProject(
  settingsOf({ environment: 'dev', egress: 'network-firewall' }),
);
const twice = await captureTwice((settings) => ({
  ...build(settings, contributions, readHosts()),
}));
const drawn = await renderArchitecture(graph);
// A new project has no drawing until its modules are known.
if (!existsSync(ARCHITECTURE)) writeArchitecture(drawn);

test('what the project asks for breaks no rule (SUPPLY-5, OBS-2)', () => {
  assert.deepEqual(findingsOf(graph), []);
  assert.deepEqual(findingsOf(development), []);
  assert.deepEqual(secretOutputs, []);
});

const LOCK = 's3/bucketObjectLockConfiguration:BucketObjectLockConfiguration';
const LIFECYCLE = 's3/bucketLifecycleConfiguration:BucketLifecycleConfiguration';
const DNS_RULE = 'route53/resolverFirewallRule:ResolverFirewallRule';
const EGRESS = 'vpc/securityGroupEgressRule:SecurityGroupEgressRule';

/** One weaker setting per row, in a resource that every project has. */
const refusals: readonly (readonly [
  rule: string,
  control: string,
  type: string,
  name: string,
  path: string,
  value: Json | undefined,
])[] = [
  ['LOG-01', 'OBS-2', 'cloudwatch/logGroup:LogGroup', 'api', 'retentionInDays', 364],
  ['LOG-03', 'OBS-2', 'cloudwatch/logGroup:LogGroup', 'api', 'deletionProtectionEnabled', false],
  ['S3-07', 'OBS-2', LOCK, 'anchors', 'rule.defaultRetention.days', 364],
  ['S3-08', 'OBS-2', LIFECYCLE, 'traffic', 'rules.0.expiration.days', 364],
  ['EGR-01', 'HOOK-4', DNS_RULE, 'everything', 'action', 'ALLOW'],
  ['SG-02', 'SUPPLY-5', EGRESS, 'api-endpoints', 'toPort', 65_535],
  ['LB-01', 'SUPPLY-5', 'lb/listener:Listener', 'https', 'sslPolicy', undefined],
  ['ECS-04', 'SUPPLY-5', 'ecs/service:Service', 'service-api', 'enableExecuteCommand', true],
  ['DB-01', 'SUPPLY-5', 'rds/cluster:Cluster', 'database-app', 'storageEncrypted', false],
  ['KMS-02', 'SUPPLY-5', 'kms/key:Key', 'key-logs', 'policy', undefined],
  ['IAM-06', 'SUPPLY-5', 'iam/role:Role', 'role-api', 'permissionsBoundary', undefined],
  ['BAN-02', 'SUPPLY-5', 'rds/cluster:Cluster', 'database-app', 'masterPassword', 'planted'],
  ['CT-01', 'SUPPLY-5', 'cloudtrail/trail:Trail', 'trail', 'isMultiRegionTrail', false],
];

for (const [rule, control, type, name, path, value] of refusals)
  test(`${rule} refuses ${name} with ${path} ${String(value)} (${control})`, () => {
    const changed = nodeNamed(graph, `aws:${type}`, name);
    const inputs = replaceAt(changed.inputs, path.split('.'), value) as typeof changed.inputs;
    const weaker = graph.map((node) => (node === changed ? { ...node, inputs } : node));
    assert.ok(findingsOf(weaker).some((finding) => finding.rule === rule));
  });

// The passphrase of a stack file opens all of its secrets.
function stackFileFindings(text: string): readonly string[] {
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
  const alarms = ofType(graph, 'aws:cloudwatch/metricAlarm:MetricAlarm').map(({ inputs }) =>
    textAt(inputs, 'alarmDescription'),
  );
  const events = ofType(graph, 'aws:cloudwatch/eventTarget:EventTarget').map(({ inputs }) =>
    textAt(inputs, 'inputTransformer.inputTemplate'),
  );
  const paths = [...alarms, ...events].map(
    (text) => /playbooks\/[a-z0-9-]+\.md/.exec(text)?.[0] ?? text,
  );
  const missing = paths.filter((path) => path === '' || !existsSync(new URL(`../${path}`, infra)));
  assert.deepEqual([...new Set(missing)], []);
});

test('no secret that the program could have come by is in what it asks for or tells (SUPPLY-5)', () => {
  assert.deepEqual(taintOf(...twice), []);
});

test('the drawing shows what the program asks for: npm run draw (SUPPLY-5)', () => {
  assert.equal(readFileSync(ARCHITECTURE, 'utf8'), drawn);
});
