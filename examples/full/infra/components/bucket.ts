import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Resource, Statement } from '../iam.ts';
import { deny, exactly, objectsOf, policy } from '../iam.ts';
import type { Place } from '../names.ts';
import { bucketName } from '../names.ts';

export interface BucketArgs {
  readonly settings: Place;
  /** Absent for the logs of load balancers, which know no key but that of S3. */
  readonly key?: aws.kms.Key;
  /** For so many days nobody deletes or overwrites what is in it, the account's owner included. */
  readonly lockDays?: number;
  /** When it goes. At least `lockDays`. */
  readonly expireDays?: number;
  readonly statements?: (bucket: Resource, objects: Resource) => readonly Statement[];
}

/** A bucket that is closed, encrypted, versioned and reached through TLS alone. All of ours are. (SUPPLY-5) */
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
  const [itsOwn, objects] = [exactly(bucket.arn), objectsOf(bucket.arn)];
  new aws.s3.BucketPolicy(
    name,
    {
      ...of,
      policy: policy([
        ...throughTls(itsOwn, objects),
        ...(key ? withKey(objects, key) : []),
        ...(statements?.(itsOwn, objects) ?? []),
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

function throughTls(bucket: Resource, objects: Resource): readonly Statement[] {
  const all = { actions: ['s3:*'], toAnybody: true, on: [bucket, objects] };
  return [
    deny({ sid: 'TlsOnly', ...all, when: { Bool: { 'aws:SecureTransport': 'false' } } }),
    deny({ sid: 'NoOldTls', ...all, when: { NumericLessThan: { 's3:TlsVersion': '1.2' } } }),
  ];
}

/** Who names no key gets ours. Null: a condition that negates is true of what is absent. */
function withKey(objects: Resource, key: aws.kms.Key): readonly Statement[] {
  const algorithm = 's3:x-amz-server-side-encryption';
  const keyId = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  const put = { actions: ['s3:PutObject'], toAnybody: true, on: [objects] };
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
