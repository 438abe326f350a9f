import type { Graph, Node } from '../graph.ts';
import { at, listAt, ofType, textAt, where } from '../graph.ts';
import { isManaged, isOpen, must, someAt, statementsAt } from './rule.ts';

const CLUSTER = 'aws:rds/cluster:Cluster';
const INSTANCE = 'aws:rds/clusterInstance:ClusterInstance';
/** Elastic Load Balancing writes its logs to a bucket that S3's own key encrypts, and to no other. */
const BALANCER_LOGS = 'Service=logdelivery.elasticloadbalancing.amazonaws.com';
const USES_KEY = /^kms:(Decrypt|Encrypt|Sign|GenerateDataKey|GenerateMac|ReEncrypt)/;
const YEAR = 365;

export const dataRules = [
  ...must(CLUSTER, {
    'DB-01: A customer managed key encrypts the database.': {
      storageEncrypted: true,
      kmsKeyId: isManaged,
    },
    'DB-02: Programs sign in through IAM.': { iamDatabaseAuthenticationEnabled: true },
    'DB-04: It refuses connections without TLS 1.2.': refusesPlaintext,
    'DB-05: The log of the database goes to a log group of this project.': ({ inputs }, graph) =>
      listAt(inputs, 'enabledCloudwatchLogsExports').includes('postgresql') &&
      isManaged(`/aws/rds/cluster/${textAt(inputs, 'clusterIdentifier')}/postgresql`, graph),
    'DB-06: Backups are kept for a week at least.': {
      backupRetentionPeriod: (days) => Number(days ?? 1) >= 7,
      copyTagsToSnapshot: true,
    },
    'DB-07: AWS makes and keeps the master password, under a customer managed key.': {
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: isManaged,
    },
    // No security group guards the Data API.
    'DB-10: The Data API is off.': ({ inputs }) => inputs['enableHttpEndpoint'] !== true,
  }),
  ...must([CLUSTER, INSTANCE], {
    'DB-03: A database is not deleted by mistake, and not without a last snapshot.': ({
      type,
      inputs,
      options,
    }) =>
      options.protect &&
      (type === INSTANCE ||
        (inputs['deletionProtection'] === true && inputs['skipFinalSnapshot'] === false)),
  }),
  ...must(INSTANCE, {
    'DB-08: No instance has a public address.': { publiclyAccessible: false },
    'DB-09: A customer managed key encrypts performance data, and minor versions update themselves.':
      {
        autoMinorVersionUpgrade: true,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: isManaged,
      },
  }),
  ...must('aws:s3/bucket:Bucket', {
    'S3-01: Public access is blocked.': isPrivate,
    'S3-02: Requests without TLS are denied.': deniesPlaintext,
    'S3-03: Objects are versioned.': (node, graph) =>
      besides(graph, node, 'Versioning').some(
        ({ inputs }) => at(inputs, 'versioningConfiguration.status') === 'Enabled',
      ),
    'S3-04: A customer managed key encrypts buckets.': isEncrypted,
    'S3-05: A bucket is not deleted with its objects.': ({ inputs, options }) =>
      inputs['forceDestroy'] !== true && options.protect,
    'S3-06: No bucket policy allows any principal.': (node, graph) =>
      !policiesOf(graph, node).some(isOpen),
    'S3-07: Evidence is locked for a year. (OBS-2)': (node, graph) =>
      !isEvidence(graph, node) || isLocked(graph, node),
  }),
  ...must('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration', {
    'S3-08: Objects expire after a year at the earliest. (OBS-2)': (node) =>
      !someAt(node, 'rules', (one) => Number(at(one, 'expiration.days') ?? YEAR) < YEAR),
  }),
  ...must('aws:kms/key:Key', {
    'KMS-01: A key that encrypts is rotated every year.': ({ inputs }) =>
      inputs['keyUsage'] === 'SIGN_VERIFY' ||
      (inputs['enableKeyRotation'] === true &&
        Number(inputs['rotationPeriodInDays'] ?? YEAR) <= YEAR),
    'KMS-02: A key policy names users and actions, without wildcards.': namesUsers,
    'KMS-03: A key is deleted on purpose alone, and after 30 days.': {
      deletionWindowInDays: 30,
      'options.protect': true,
    },
    'KMS-04: An administrator of a key may not use it.': (node) =>
      statementsAt(node, 'policy').every(
        ({ effect, actions, principals, conditions }) =>
          effect !== 'Allow' ||
          conditions.size > 0 ||
          !principals.some((principal) => principal.endsWith(':root')) ||
          !actions.some((action) => USES_KEY.test(action)),
      ),
  }),
  ...must('aws:secretsmanager/secret:Secret', {
    'SEC-01: A customer managed key encrypts a secret.': { kmsKeyId: isManaged },
    'SEC-02: A secret is rotated within a year.': isRotated,
    'SEC-03: A deleted secret can be restored for 30 days.': {
      recoveryWindowInDays: 30,
      'options.protect': true,
    },
    'SEC-04: Only readers that its policy names read it.': isReadByNamed,
  }),
];

function refusesPlaintext({ inputs }: Node, graph: Graph): boolean {
  const group = ofType(graph, 'aws:rds/clusterParameterGroup:ClusterParameterGroup').find(
    ({ id, name }) => [id, name].includes(textAt(inputs, 'dbClusterParameterGroupName')),
  );
  const isSet = (name: string, value: string) =>
    someAt(group, 'parameters', (one) => at(one, 'name') === name && at(one, 'value') === value);
  return isSet('rds.force_ssl', '1') && isSet('ssl_min_protocol_version', 'TLSv1.2');
}

/** Resources of one kind that configure the bucket: `Versioning`. */
function besides(graph: Graph, bucket: Node, kind: string): readonly Node[] {
  return where(graph, `aws:s3/bucket${kind}:Bucket${kind}`, { bucket: bucket.id });
}

function policiesOf(graph: Graph, bucket: Node) {
  return besides(graph, bucket, 'Policy').flatMap((policy) => statementsAt(policy, 'policy'));
}

function isPrivate(bucket: Node, graph: Graph): boolean {
  const [block] = besides(graph, bucket, 'PublicAccessBlock');
  return [
    'blockPublicAcls',
    'blockPublicPolicy',
    'ignorePublicAcls',
    'restrictPublicBuckets',
  ].every((property) => block?.inputs[property] === true);
}

function deniesPlaintext(bucket: Node, graph: Graph): boolean {
  return policiesOf(graph, bucket).some(
    ({ effect, actions, principals, conditions, resources }) =>
      effect === 'Deny' &&
      principals.includes('*') &&
      actions.includes('s3:*') &&
      resources.length >= 2 &&
      conditions.get('Bool aws:SecureTransport')?.[0] === 'false' &&
      conditions.size === 1,
  );
}

function isEncrypted(bucket: Node, graph: Graph): boolean {
  const [encryption] = besides(graph, bucket, 'ServerSideEncryptionConfiguration');
  const by = at(encryption?.inputs, 'rules.0.applyServerSideEncryptionByDefault');
  if (at(by, 'sseAlgorithm') === 'aws:kms') return isManaged(at(by, 'kmsMasterKeyId'), graph);
  const isForBalancer = policiesOf(graph, bucket).some(({ principals }) =>
    principals.includes(BALANCER_LOGS),
  );
  return isForBalancer && at(by, 'sseAlgorithm') === 'AES256';
}

/** The anchors of the audit trail, and the CloudTrail of the account. */
function isEvidence(graph: Graph, { parent, id }: Node): boolean {
  const trails = where(graph, 'aws:cloudtrail/trail:Trail', { s3BucketName: id });
  return /app:infra:Archive::/.test(parent) || trails.length > 0;
}

function isLocked(graph: Graph, bucket: Node): boolean {
  const lock = besides(graph, bucket, 'ObjectLockConfiguration').find(
    ({ inputs }) => at(inputs, 'rule.defaultRetention.mode') === 'COMPLIANCE',
  );
  const days = Number(at(lock?.inputs, 'rule.defaultRetention.days') ?? 0);
  return bucket.inputs['objectLockEnabled'] === true && days >= YEAR;
}

function namesUsers(key: Node): boolean {
  const statements = statementsAt(key, 'policy');
  const isWide = statements.some(
    ({ effect, actions, notActions }) =>
      effect === 'Allow' &&
      (notActions.length > 0 || actions.some((action) => action.includes('*'))),
  );
  return statements.length > 0 && !statements.some(isOpen) && !isWide;
}

function isRotated(secret: Node, graph: Graph): boolean {
  const byAws = ofType(graph, 'aws:secretsmanager/secretRotation:SecretRotation').find(
    ({ inputs }) => [secret.id, secret.arn].includes(textAt(inputs, 'secretId')),
  );
  const days = byAws
    ? textAt(byAws.inputs, 'rotationRules.automaticallyAfterDays')
    : textAt(secret.inputs, 'tags.rotate-every-days');
  return Number(days) > 0 && Number(days) <= YEAR;
}

function isReadByNamed({ arn }: Node, graph: Graph): boolean {
  const policies = where(graph, 'aws:secretsmanager/secretPolicy:SecretPolicy', { secretArn: arn });
  const statements = policies.flatMap((policy) => statementsAt(policy, 'policy'));
  const isClosed = statements.some(
    ({ effect, principals, actions, conditions }) =>
      effect === 'Deny' &&
      principals.includes('*') &&
      actions.includes('secretsmanager:GetSecretValue') &&
      [...conditions.keys()].every((name) => name === 'ArnNotEquals aws:PrincipalArn'),
  );
  return isClosed && statements.every(({ effect }) => effect !== 'Allow');
}
