import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Resource, Statement } from '../iam.ts';
import { deny } from '../iam.ts';
import type { Place } from '../names.ts';
import { secureBucket } from './bucket.ts';

interface ArchiveArgs {
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
 * What the audit trail's seals are anchored in. Whoever can rewrite the database, and whoever owns the account, cannot
 * rewrite these for 400 days. (OBS-2)
 */
export class Archive extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, { settings, key }: ArchiveArgs) {
    super('app:infra:Archive', name);
    this.bucket = secureBucket(
      'anchors',
      {
        settings,
        key,
        lockDays: LOCK_DAYS,
        statements: (bucket, objects) => [
          deny({ sid: 'NothingUndone', actions: UNDOING, toAnybody: true, on: [bucket, objects] }),
          ...asLongAsThis(objects),
        ],
      },
      this,
    );
    this.registerOutputs();
  }
}

// A lock that is written with an object is instead of the bucket's own. A day is for clocks that differ.
function asLongAsThis(objects: Resource): readonly Statement[] {
  const lock = {
    actions: ['s3:PutObject', 's3:PutObjectRetention'],
    toAnybody: true,
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
