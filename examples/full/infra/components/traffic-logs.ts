import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { allow } from '../iam.ts';
import type { Settings } from '../settings.ts';
import { secureBucket } from './bucket.ts';
import { RETENTION_DAYS } from './logs.ts';

/** What the network and the load balancer have seen. The load balancer writes with no key but that of S3 itself. (OBS-2) */
export class TrafficLogs extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, { settings }: { readonly settings: Settings }) {
    super('app:infra:TrafficLogs', name);
    const { region, accountId } = settings;
    // On behalf of this account's resources: the services write for everybody's.
    const ours = (service: string, resource: string) => ({
      'aws:SourceArn': `arn:aws:${service}:${region}:${accountId}:${resource}`,
    });
    const flow = {
      to: { service: 'delivery.logs.amazonaws.com' },
      when: { StringEquals: { 'aws:SourceAccount': accountId }, ArnLike: ours('logs', '*') },
    } as const;
    this.bucket = secureBucket(
      name,
      {
        settings,
        expireDays: RETENTION_DAYS,
        statements: (bucket, objects) => [
          allow({
            sid: 'Balancer',
            to: { service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
            actions: ['s3:PutObject'],
            on: [objects],
            when: { ArnLike: ours('elasticloadbalancing', 'loadbalancer/*') },
          }),
          allow({ ...flow, sid: 'Flow', actions: ['s3:PutObject'], on: [objects] }),
          allow({ ...flow, sid: 'FlowLooks', actions: ['s3:GetBucketAcl'], on: [bucket] }),
        ],
      },
      this,
    );
    this.registerOutputs();
  }
}
