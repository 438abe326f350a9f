import type { Statement } from '../iam.ts';
import { grantable, itself } from '../iam.ts';
import type { Settings } from '../settings.ts';

/**
 * Calls that some program could be granted, by this account and for what is this account's: with credentials or a bucket
 * of somebody else's, nothing is carried away here.
 */
export function ownOnly({ accountId }: Settings, prefix: string): Statement {
  return {
    Sid: 'OwnAccountOnly',
    Effect: 'Allow',
    Principal: '*',
    Action: grantable.filter((action) => action.startsWith(`${prefix}:`)),
    // What is reached through this endpoint: the policy of an endpoint is about nothing else.
    Resource: [itself.address],
    Condition: {
      StringEquals: { 'aws:PrincipalAccount': accountId, 'aws:ResourceAccount': accountId },
    },
  };
}

/** ECR keeps the layers of images in a bucket of its own, and answers with signed addresses there. */
export function imageLayers({ region }: Settings): Statement {
  return {
    Sid: 'ImageLayers',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject'],
    Resource: [`arn:aws:s3:::${layerBucket(region)}/*`],
    // ECR signs these, and not this account: all that can be asked of them is TLS.
    Condition: { Bool: { 'aws:SecureTransport': 'true' } },
  };
}

/** Documented by AWS, one a region. */
export function layerBucket(region: string): string {
  return `prod-${region}-starport-layer-bucket`;
}
