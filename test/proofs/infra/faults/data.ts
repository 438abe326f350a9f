import { change, changeWithin, drop, say, unprotect } from '../plant.ts';
import type { Fault } from '../fault.ts';

const CLUSTER = 'aws:rds/cluster:Cluster';
const INSTANCE = 'aws:rds/clusterInstance:ClusterInstance';
const BUCKET = 'aws:s3/bucket:Bucket';
const BUCKET_POLICY = 'aws:s3/bucketPolicy:BucketPolicy';
const KEY = 'aws:kms/key:Key';
const anybody = (action: string) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: [action],
  Resource: ['*'],
});

export const dataFaults: readonly Fault[] = [
  {
    fault: 'an unencrypted database',
    rule: 'DB-01',
    plant: change(CLUSTER, 'database-app', 'storageEncrypted', false),
  },
  {
    fault: 'a database under a key of AWS',
    rule: 'DB-01',
    plant: change(CLUSTER, 'database-app', 'kmsKeyId', undefined),
  },
  {
    fault: 'a database with passwords',
    rule: 'DB-02',
    plant: change(CLUSTER, 'database-app', 'iamDatabaseAuthenticationEnabled', false),
  },
  {
    fault: 'an unprotected database',
    rule: 'DB-03',
    plant: change(CLUSTER, 'database-app', 'deletionProtection', false),
  },
  {
    fault: 'a database that the state can lose',
    rule: 'DB-03',
    plant: unprotect(CLUSTER, 'database-payments'),
  },
  {
    fault: 'a database that goes without a last copy',
    rule: 'DB-03',
    plant: change(CLUSTER, 'database-app', 'skipFinalSnapshot', true),
  },
  {
    fault: 'a database without TLS',
    rule: 'DB-04',
    plant: change(
      'aws:rds/clusterParameterGroup:ClusterParameterGroup',
      'database-app',
      'parameters.0.value',
      '0',
    ),
  },
  {
    fault: 'a database that keeps no log',
    rule: 'DB-05',
    plant: change(CLUSTER, 'database-app', 'enabledCloudwatchLogsExports', []),
  },
  {
    fault: 'a day of backups',
    rule: 'DB-06',
    plant: change(CLUSTER, 'database-app', 'backupRetentionPeriod', 1),
  },
  {
    fault: 'a master password that somebody made',
    rule: 'DB-07',
    plant: change(CLUSTER, 'database-app', 'manageMasterUserPassword', false),
  },
  {
    fault: 'a public database',
    rule: 'DB-08',
    plant: change(INSTANCE, 'database-app-0', 'publiclyAccessible', true),
  },
  {
    fault: 'queries under a key of AWS',
    rule: 'DB-09',
    plant: change(INSTANCE, 'database-app-0', 'performanceInsightsKmsKeyId', undefined),
  },
  {
    fault: 'a database that answers outside of the network',
    rule: 'DB-10',
    plant: change(CLUSTER, 'database-app', 'enableHttpEndpoint', true),
  },
  {
    fault: 'a public bucket',
    rule: 'S3-01',
    plant: change(
      'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
      'anchors',
      'restrictPublicBuckets',
      false,
    ),
  },
  {
    fault: 'a bucket without a block',
    rule: 'S3-01',
    plant: drop('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'anchors'),
  },
  {
    fault: 'a bucket without TLS',
    rule: 'S3-02',
    plant: changeWithin(BUCKET_POLICY, 'anchors', 'policy', 'Statement.0.Effect', 'Allow'),
  },
  {
    fault: 'a bucket that forgets',
    rule: 'S3-03',
    plant: change(
      'aws:s3/bucketVersioning:BucketVersioning',
      'anchors',
      'versioningConfiguration.status',
      'Suspended',
    ),
  },
  {
    fault: 'a bucket under a key of AWS',
    rule: 'S3-04',
    plant: change(
      'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
      'anchors',
      'rules.0.applyServerSideEncryptionByDefault',
      { sseAlgorithm: 'AES256' },
    ),
  },
  {
    fault: 'a bucket that goes with what is in it',
    rule: 'S3-05',
    plant: change(BUCKET, 'anchors', 'forceDestroy', true),
  },
  {
    fault: 'a bucket that anybody reads',
    rule: 'S3-06',
    plant: say(BUCKET_POLICY, 'anchors', 'policy', anybody('s3:GetObject')),
  },
  {
    fault: 'anchors that the owner of the account rewrites',
    rule: 'S3-07',
    plant: change(
      'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration',
      'anchors',
      'rule.defaultRetention.mode',
      'GOVERNANCE',
    ),
  },
  {
    fault: 'anchors that are locked for 364 days',
    rule: 'S3-07',
    plant: change(
      'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration',
      'anchors',
      'rule.defaultRetention.days',
      364,
    ),
  },
  {
    fault: 'logs in a bucket that expire after 364 days',
    rule: 'S3-08',
    plant: change(
      'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
      'traffic',
      'rules.0.expiration.days',
      364,
    ),
  },
  {
    fault: 'disabled rotation',
    rule: 'KMS-01',
    plant: change(KEY, 'key-logs', 'enableKeyRotation', false),
  },
  {
    fault: 'a key with the policy of AWS',
    rule: 'KMS-02',
    plant: change(KEY, 'key-logs', 'policy', undefined),
  },
  {
    fault: 'a key for anybody',
    rule: 'KMS-02',
    plant: say(KEY, 'key-logs', 'policy', anybody('kms:Decrypt')),
  },
  {
    fault: 'a key for everything',
    rule: 'KMS-02',
    plant: say(KEY, 'key-logs', 'policy', {
      ...anybody('kms:*'),
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    }),
  },
  {
    fault: 'a key that is gone in a week',
    rule: 'KMS-03',
    plant: change(KEY, 'key-audit-1', 'deletionWindowInDays', 7),
  },
  {
    fault: 'an administrator who decrypts',
    rule: 'KMS-04',
    plant: say(KEY, 'key-payments-data', 'policy', {
      ...anybody('kms:Decrypt'),
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    }),
  },
];
