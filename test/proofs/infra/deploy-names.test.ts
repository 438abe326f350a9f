import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../../infra/bootstrap/deploy-rows.ts';
import { changes } from '../../infra/bootstrap/deploy-changes.ts';
import type { Settings } from '../../infra/settings.ts';
import { sizes } from '../../infra/settings.ts';
import { captureProject, settingsOf } from './example.ts';
import type { Graph, Node } from '../../infra/test/graph.ts';
import { textAt } from '../../infra/test/graph.ts';
import type { Role } from '../../infra/test/iam/account.ts';
import type { Account } from '../../infra/test/iam/account.ts';
import { accountOf } from '../../infra/test/iam/account.ts';

/** The properties that hold a name. */
const NAMES = [
  'name',
  'bucket',
  'clusterIdentifier',
  'identifier',
  'family',
  'analyzerName',
  'alarmName',
];

/** Types without a name: the property names the resource that they are a part of. */
const PARTS: Readonly<Record<string, string>> = {
  'aws:cloudwatch/eventTarget:EventTarget': 'rule',
  'aws:cloudwatch/logMetricFilter:LogMetricFilter': 'logGroupName',
  'aws:networkfirewall/loggingConfiguration:LoggingConfiguration': 'firewallArn',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': 'bucket',
  'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration': 'bucket',
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': 'bucket',
  'aws:s3/bucketPolicy:BucketPolicy': 'bucket',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': 'bucket',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration':
    'bucket',
  'aws:s3/bucketVersioning:BucketVersioning': 'bucket',
  'aws:secretsmanager/secretPolicy:SecretPolicy': 'secretArn',
  'aws:sns/topicPolicy:TopicPolicy': 'arn',
  'aws:sns/topicSubscription:TopicSubscription': 'topic',
};

const options: readonly Settings[] = [
  settingsOf({}),
  settingsOf({ egress: 'network-firewall', authorization: 'image' }),
  settingsOf({ environment: 'dev', size: sizes.dev }),
];
const rows: readonly Row[] = changes.filter(({ scope }) => scope === 'named');

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const accounts: Account[] = [];
for (const settings of options) {
  const { graph } = await captureProject(settings);
  accounts.push(await accountOf(graph, settings.project, settings.environment));
}

// A name that AWS or Pulumi chooses does not start with the project's name: the deployment role could not create it.
function refusedOf(graph: Graph, { access }: Account): readonly string[] {
  const deploy = access.roles.find(({ name }) => name.startsWith('shop-deploy-')) as Role;
  return rows.flatMap(({ types, actions }) =>
    graph
      .filter(({ type }) => types.includes(type))
      .filter((node) => {
        const owner = ownerOf(graph, node);
        const arn = owner && isNamed(owner) ? owner.arn : 'arn:aws:nobody:::unnamed';
        return !actions.some((action) => access.decide(deploy, action, arn) === 'Allowed');
      })
      .map(({ type, name }) => `${type} ${name} by ${deploy.name}`),
  );
}

function ownerOf(graph: Graph, node: Node): Node | undefined {
  const property = PARTS[node.type];
  if (property === undefined) return node;
  const said = textAt(node.inputs, property);
  return graph.find((other) => other !== node && other.type !== node.type && isCalled(other, said));
}

function isCalled(node: Node, said: string): boolean {
  return PARTS[node.type] === undefined && (node.arn === said || node.id === said);
}

function isNamed({ inputs }: Node): boolean {
  return NAMES.some((property) => textAt(inputs, property) !== '');
}

test('whoever deploys may make by its name whatever the program gives a name in that scope (SUPPLY-5)', () => {
  for (const account of accounts) assert.deepEqual(refusedOf(account.program, account), []);
});

test('a name that nobody gave is refused', () => {
  const [account] = accounts as [Account];
  const nameless = account.program.map((node) =>
    node.type === 'aws:sns/topic:Topic' ? { ...node, inputs: {} } : node,
  );
  assert.ok(refusedOf(nameless, account).some((said) => said.includes('sns/topic')));
  const elsewhere = account.program.map((node) => ({
    ...node,
    arn: node.arn.replace('shop-prod', 'other'),
  }));
  assert.ok(refusedOf(elsewhere, account).length > 10);
});
