import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { stateKeyPolicy } from '../../components/key-policies.ts';
import { roleArn } from '../../names.ts';
import { secureBucket } from '../../components/bucket.ts';
import type { BootstrapSettings } from '../names.ts';
import { deployRoleName, previewRoleName, stateBucketPlace } from '../names.ts';
import { ownKey } from './own-key.ts';

/** What Pulumi remembers of the account, and the key that its settings are encrypted with. */
export class State extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  readonly key: aws.kms.Key;

  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:State', name);
    const { project, environments } = settings;
    const roles = [
      previewRoleName(project),
      ...environments.map((one) => deployRoleName(project, one)),
    ];
    const arns = roles.map((role) => roleArn(settings, role));
    this.key = ownKey('state', stateKeyPolicy(settings, arns), this);
    new aws.kms.Alias(
      'state',
      { name: `alias/${project}-state`, targetKeyId: this.key.keyId },
      { parent: this },
    );
    this.bucket = secureBucket(
      'state',
      { settings: stateBucketPlace(settings), key: this.key },
      this,
    );
    this.registerOutputs();
  }
}
