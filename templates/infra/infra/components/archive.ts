import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
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
  's3:PutObjectRetention',
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
        ],
      },
      this,
    );
    this.registerOutputs();
  }
}
