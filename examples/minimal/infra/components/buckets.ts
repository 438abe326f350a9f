import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { Resource, Statement } from './iam.ts';
import { deny, exactly, objectsOf, policy } from './iam.ts';
import type { Place } from './names.ts';
import { bucketName } from './names.ts';

interface BucketArgs {
  readonly settings: Place;
  /** Absent for load balancer logs: they support no key but that of S3. */
  readonly key?: aws.kms.Key;
  /** For so many days no principal can delete or overwrite an object, the account's root user included. */
  readonly lockDays?: number;
  /** Objects expire after so many days: at least `lockDays`. */
  readonly expireDays?: number;
  readonly statements?: (bucket: Resource, objects: Resource) => readonly Statement[];
}

/** Every bucket of the project: private, encrypted, versioned and reached over TLS only. (SUPPLY-5) */
export function secureBucket(
  name: string,
  { settings, key, lockDays, expireDays, statements }: BucketArgs,
  parent: pulumi.Resource,
): aws.s3.Bucket {
  const bucket = new aws.s3.Bucket(
    name,
    {
      bucket: bucketName(settings, name),
      objectLockEnabled: lockDays !== undefined,
      forceDestroy: false,
    },
    { parent, protect: true },
  );
  const of = { bucket: bucket.id };
  const open = new aws.s3.BucketPublicAccessBlock(
    name,
    {
      ...of,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  new aws.s3.BucketOwnershipControls(
    name,
    { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } },
    { parent },
  );
  const versions = new aws.s3.BucketVersioning(
    name,
    { ...of, versioningConfiguration: { status: 'Enabled' } },
    { parent },
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { ...of, rules: [encryption(key)] },
    { parent },
  );
  const lock = lockDays !== undefined && [
    new aws.s3.BucketObjectLockConfiguration(
      name,
      { ...of, rule: { defaultRetention: { mode: 'COMPLIANCE', days: lockDays } } },
      { parent, dependsOn: [versions] },
    ),
  ];
  if (expireDays !== undefined) expire(name, bucket, expireDays, lockDays ?? 0, parent);
  const [self, objects] = [exactly(bucket.arn), objectsOf(bucket.arn)];
  new aws.s3.BucketPolicy(
    name,
    {
      ...of,
      policy: policy([
        ...tlsOnly(self, objects),
        ...(key ? onlyWithKey(objects, key) : []),
        ...(statements?.(self, objects) ?? []),
      ]),
    },
    { parent, dependsOn: [open, ...(lock || [])] },
  );
  return bucket;
}

function expire(
  name: string,
  bucket: aws.s3.Bucket,
  days: number,
  lockDays: number,
  parent: pulumi.Resource,
): void {
  if (days < lockDays) throw new Error(`${name} cannot expire before its lock does.`);
  const rule = {
    id: 'expire',
    status: 'Enabled',
    filter: {},
    expiration: { days },
    noncurrentVersionExpiration: { noncurrentDays: days },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  };
  new aws.s3.BucketLifecycleConfiguration(name, { bucket: bucket.id, rules: [rule] }, { parent });
}

function encryption(key: aws.kms.Key | undefined) {
  if (key === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  return {
    bucketKeyEnabled: true,
    applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.arn },
  };
}

function tlsOnly(bucket: Resource, objects: Resource): readonly Statement[] {
  const all = { actions: ['s3:*'], toAll: true, on: [bucket, objects] };
  return [
    deny({ sid: 'TlsOnly', ...all, when: { Bool: { 'aws:SecureTransport': 'false' } } }),
    deny({ sid: 'NoOldTls', ...all, when: { NumericLessThan: { 's3:TlsVersion': '1.2' } } }),
  ];
}

/** Without a key header S3 uses the bucket's key. `Null` is needed because a negated condition is true of an absent header. */
function onlyWithKey(objects: Resource, key: aws.kms.Key): readonly Statement[] {
  const algorithm = 's3:x-amz-server-side-encryption';
  const keyId = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  const put = { actions: ['s3:PutObject'], toAll: true, on: [objects] };
  return [
    deny({
      sid: 'NoOtherEncryption',
      ...put,
      when: { Null: { [algorithm]: 'false' }, StringNotEquals: { [algorithm]: 'aws:kms' } },
    }),
    deny({
      sid: 'NoOtherKey',
      ...put,
      when: { Null: { [keyId]: 'false' }, ArnNotEquals: { [keyId]: key.arn } },
    }),
  ];
}

interface BucketComponentArgs {
  readonly settings: Place;
  readonly key: aws.kms.Key;
}

const LOCK_DAYS = 400;

const UNDOING = [
  's3:BypassGovernanceRetention',
  's3:DeleteBucket',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
  's3:PutObjectLegalHold',
];

/**
 * Holds the anchors of the audit trail. An attacker who controls the database, or the whole account, cannot change them
 * for 400 days. (OBS-2)
 */
export class Archive extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, { settings, key }: BucketComponentArgs) {
    super('app:infra:Archive', name);
    this.bucket = secureBucket(
      'anchors',
      {
        settings,
        key,
        lockDays: LOCK_DAYS,
        statements: (bucket, objects) => [
          deny({ sid: 'NothingUndone', actions: UNDOING, toAll: true, on: [bucket, objects] }),
          ...noShorterLock(objects),
        ],
      },
      this,
    );
    this.registerOutputs();
  }
}

// A lock that is written with an object replaces the bucket's default. One day allows for clocks that differ.
function noShorterLock(objects: Resource): readonly Statement[] {
  const lock = {
    actions: ['s3:PutObject', 's3:PutObjectRetention'],
    toAll: true,
    on: [objects],
  };
  return [
    deny({
      sid: 'NoShorterLock',
      ...lock,
      when: {
        NumericLessThan: { 's3:object-lock-remaining-retention-days': String(LOCK_DAYS - 1) },
      },
    }),
    deny({
      sid: 'NoWeakerLock',
      ...lock,
      when: {
        Null: { 's3:object-lock-mode': 'false' },
        StringNotEquals: { 's3:object-lock-mode': 'COMPLIANCE' },
      },
    }),
  ];
}

/**
 * The bucket of policy bundles, with `infra:authorization: bundle`: policies change without a deployment of the code. With
 * `image` the policies are part of the image, and there is no bucket.
 */
export class PolicyBundles extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket | undefined;

  constructor(
    name: string,
    { settings, key }: BucketComponentArgs & { readonly settings: Settings },
  ) {
    super('app:infra:Authorization', name);
    this.bucket =
      settings.authorization === 'bundle'
        ? secureBucket('policies', { settings, key }, this)
        : undefined;
    this.registerOutputs();
  }
}
