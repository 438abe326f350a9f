import type { Graph, Node } from '../graph.ts';
import { at, listAt, named, ofType, textAt } from '../graph.ts';
import { has, isOpen, must, refers, someAt, statementsAt } from './rule.ts';

const CLUSTER = 'aws:rds/cluster:Cluster';
const INSTANCE = 'aws:rds/clusterInstance:ClusterInstance';
const BUCKET = 'aws:s3/bucket:Bucket';
const KEY = 'aws:kms/key:Key';
const SECRET_TYPE = 'aws:secretsmanager/secret:Secret';
/** Elastic Load Balancing writes its logs to a bucket that S3's own key encrypts, and to no other. */
const BALANCER_LOGS = 'Service=logdelivery.elasticloadbalancing.amazonaws.com';
const USES_KEY = /^kms:(Decrypt|Encrypt|Sign|GenerateDataKey|GenerateMac|ReEncrypt)/;
const YEAR = 365;

export const dataRules = [
  must(
    'DB-01',
    CLUSTER,
    'A customer managed key encrypts the database.',
    (node, graph) => node.inputs['storageEncrypted'] === true && refers('kmsKeyId')(node, graph),
  ),
  must('DB-02', CLUSTER, 'Programs sign in through IAM.', {
    iamDatabaseAuthenticationEnabled: true,
  }),
  must(
    'DB-03',
    [CLUSTER, INSTANCE],
    'A database is not deleted by mistake, and not without a last snapshot.',
    ({ type, inputs, options }) =>
      options.protect &&
      (type === INSTANCE ||
        (inputs['deletionProtection'] === true && inputs['skipFinalSnapshot'] === false)),
  ),
  must('DB-04', CLUSTER, 'It refuses connections without TLS 1.2.', ({ inputs }, graph) => {
    const group = ofType(graph, 'aws:rds/clusterParameterGroup:ClusterParameterGroup').find(
      ({ id, name }) => [id, name].includes(textAt(inputs, 'dbClusterParameterGroupName')),
    );
    const isSet = (name: string, value: string) =>
      someAt(group, 'parameters', (one) => at(one, 'name') === name && at(one, 'value') === value);
    return isSet('rds.force_ssl', '1') && isSet('ssl_min_protocol_version', 'TLSv1.2');
  }),
  must(
    'DB-05',
    CLUSTER,
    'The log of the database goes to a log group of this project.',
    ({ inputs }, graph) =>
      listAt(inputs, 'enabledCloudwatchLogsExports').includes('postgresql') &&
      named(graph, `/aws/rds/cluster/${textAt(inputs, 'clusterIdentifier')}/postgresql`) !==
        undefined,
  ),
  must(
    'DB-06',
    CLUSTER,
    'Backups are kept for a week at least.',
    ({ inputs }) =>
      Number(inputs['backupRetentionPeriod'] ?? 1) >= 7 && inputs['copyTagsToSnapshot'] === true,
  ),
  must(
    'DB-07',
    CLUSTER,
    'AWS makes and keeps the master password, under a customer managed key.',
    (node, graph) =>
      node.inputs['manageMasterUserPassword'] === true &&
      refers('masterUserSecretKmsKeyId')(node, graph),
  ),
  must('DB-08', INSTANCE, 'No instance has a public address.', {
    publiclyAccessible: false,
  }),
  must(
    'DB-09',
    INSTANCE,
    'A customer managed key encrypts performance data, and minor versions update themselves.',
    (node, graph) =>
      has({ autoMinorVersionUpgrade: true, performanceInsightsEnabled: true })(node, graph) ===
        true && refers('performanceInsightsKmsKeyId')(node, graph),
  ),
  must(
    'DB-10',
    CLUSTER,
    'The Data API, which no security group guards, is off.',
    ({ inputs }) => inputs['enableHttpEndpoint'] !== true,
  ),
  must('S3-01', BUCKET, 'Public access is blocked.', (node, graph) => {
    const [block] = besides(graph, node, 'PublicAccessBlock');
    return [
      'blockPublicAcls',
      'blockPublicPolicy',
      'ignorePublicAcls',
      'restrictPublicBuckets',
    ].every((property) => block?.inputs[property] === true);
  }),
  must('S3-02', BUCKET, 'Requests without TLS are denied.', (node, graph) =>
    policiesOf(graph, node).some(
      ({ effect, actions, principals, conditions, resources }) =>
        effect === 'Deny' &&
        principals.includes('*') &&
        actions.includes('s3:*') &&
        resources.length >= 2 &&
        conditions.get('Bool aws:SecureTransport')?.[0] === 'false' &&
        conditions.size === 1,
    ),
  ),
  must('S3-03', BUCKET, 'Objects are versioned.', (node, graph) =>
    besides(graph, node, 'Versioning').some(
      ({ inputs }) => at(inputs, 'versioningConfiguration.status') === 'Enabled',
    ),
  ),
  must('S3-04', BUCKET, 'A customer managed key encrypts buckets.', (node, graph) => {
    const [encryption] = besides(graph, node, 'ServerSideEncryptionConfiguration');
    const by = at(encryption?.inputs, 'rules.0.applyServerSideEncryptionByDefault');
    if (at(by, 'sseAlgorithm') === 'aws:kms')
      return named(graph, at(by, 'kmsMasterKeyId')) !== undefined;
    const isForBalancer = policiesOf(graph, node).some(({ principals }) =>
      principals.includes(BALANCER_LOGS),
    );
    return isForBalancer && at(by, 'sseAlgorithm') === 'AES256';
  }),
  must(
    'S3-05',
    BUCKET,
    'A bucket is not deleted with its objects.',
    ({ inputs, options }) => inputs['forceDestroy'] !== true && options.protect,
  ),
  must(
    'S3-06',
    BUCKET,
    'No bucket policy allows any principal.',
    (node, graph) => !policiesOf(graph, node).some(isOpen),
  ),
  must('S3-07', BUCKET, 'Evidence is locked for a year. (OBS-2)', (node, graph) => {
    if (!isEvidence(graph, node)) return true;
    const lock = besides(graph, node, 'ObjectLockConfiguration').find(
      ({ inputs }) => at(inputs, 'rule.defaultRetention.mode') === 'COMPLIANCE',
    );
    const days = Number(at(lock?.inputs, 'rule.defaultRetention.days') ?? 0);
    return node.inputs['objectLockEnabled'] === true && days >= YEAR;
  }),
  must(
    'S3-08',
    'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
    'Objects expire after a year at the earliest. (OBS-2)',
    (node) => !someAt(node, 'rules', (one) => Number(at(one, 'expiration.days') ?? YEAR) < YEAR),
  ),
  must(
    'KMS-01',
    KEY,
    'A key that encrypts is rotated every year.',
    ({ inputs }) =>
      inputs['keyUsage'] === 'SIGN_VERIFY' ||
      (inputs['enableKeyRotation'] === true &&
        Number(inputs['rotationPeriodInDays'] ?? YEAR) <= YEAR),
  ),
  must('KMS-02', KEY, 'A key policy names users and actions, without wildcards.', (node) => {
    const statements = statementsAt(node, 'policy');
    const isWide = statements.some(
      ({ effect, actions, notActions }) =>
        effect === 'Allow' &&
        (notActions.length > 0 || actions.some((action) => action.includes('*'))),
    );
    return statements.length > 0 && !statements.some(isOpen) && !isWide;
  }),
  must('KMS-03', KEY, 'A key is deleted on purpose alone, and after 30 days.', {
    deletionWindowInDays: 30,
    'options.protect': true,
  }),
  must('KMS-04', KEY, 'An administrator of a key may not use it.', (node) =>
    statementsAt(node, 'policy').every(
      ({ effect, actions, principals, conditions }) =>
        effect !== 'Allow' ||
        conditions.size > 0 ||
        !principals.some((principal) => principal.endsWith(':root')) ||
        !actions.some((action) => USES_KEY.test(action)),
    ),
  ),
  must('SEC-01', SECRET_TYPE, 'A customer managed key encrypts a secret.', refers('kmsKeyId')),
  must('SEC-02', SECRET_TYPE, 'A secret is rotated within a year.', (node, graph) => {
    const byAws = ofType(graph, 'aws:secretsmanager/secretRotation:SecretRotation').find(
      ({ inputs }) => [node.id, node.arn].includes(textAt(inputs, 'secretId')),
    );
    const days = Number(
      byAws === undefined
        ? textAt(node.inputs, 'tags.rotate-every-days')
        : textAt(byAws.inputs, 'rotationRules.automaticallyAfterDays'),
    );
    return days > 0 && days <= YEAR;
  }),
  must('SEC-03', SECRET_TYPE, 'A deleted secret can be restored for 30 days.', {
    recoveryWindowInDays: 30,
    'options.protect': true,
  }),
  must('SEC-04', SECRET_TYPE, 'Only readers that its policy names read it.', ({ arn }, graph) => {
    const statements = ofType(graph, 'aws:secretsmanager/secretPolicy:SecretPolicy')
      .filter(({ inputs }) => textAt(inputs, 'secretArn') === arn)
      .flatMap((policy) => statementsAt(policy, 'policy'));
    const isClosed = statements.some(
      ({ effect, principals, actions, conditions }) =>
        effect === 'Deny' &&
        principals.includes('*') &&
        actions.includes('secretsmanager:GetSecretValue') &&
        [...conditions.keys()].every((name) => name === 'ArnNotEquals aws:PrincipalArn'),
    );
    return isClosed && statements.every(({ effect }) => effect !== 'Allow');
  }),
];

/** Resources of one kind that configure the bucket: `Versioning`. */
function besides(graph: Graph, bucket: Node, kind: string): readonly Node[] {
  return ofType(graph, `aws:s3/bucket${kind}:Bucket${kind}`).filter(
    ({ inputs }) => textAt(inputs, 'bucket') === bucket.id,
  );
}

function policiesOf(graph: Graph, bucket: Node) {
  return besides(graph, bucket, 'Policy').flatMap((policy) => statementsAt(policy, 'policy'));
}

/** The anchors of the audit trail, and the CloudTrail of the account. */
function isEvidence(graph: Graph, bucket: Node): boolean {
  const trails = ofType(graph, 'aws:cloudtrail/trail:Trail');
  return (
    /app:infra:Archive::/.test(bucket.parent) ||
    trails.some(({ inputs }) => inputs['s3BucketName'] === bucket.id)
  );
}
