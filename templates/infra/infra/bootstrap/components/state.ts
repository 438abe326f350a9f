import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { secureBucket } from '../../components/bucket.ts';
import type { BootstrapSettings } from '../names.ts';
import { stateBucketPlace } from '../names.ts';
import { ownKey } from './own-key.ts';

/** What Pulumi remembers of the account, and the key that its settings are encrypted with. */
export class State extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  readonly key: aws.kms.Key;

  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:State', name);
    this.key = ownKey('state', settings, 's3', this);
    this.bucket = secureBucket('state', { settings: stateBucketPlace(settings), key: this.key }, this);
    this.registerOutputs();
  }
}
