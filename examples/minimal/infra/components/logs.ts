import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { secureBucket } from './buckets.ts';
import type { Program } from './contribution.ts';
import { allow, policy, streamsOf } from './iam.ts';

/** The requirement is one year. AWS offers 365 or 400 days, and 365 would lose the log on the last day. (OBS-2) */
export const RETENTION_DAYS = 400;

interface LogsArgs {
  readonly settings: Settings;
  readonly programs: readonly Program[];
  readonly key: aws.kms.Key;
}

/** One log per program: the right to write to one gives no access to another. */
export class Logs extends pulumi.ComponentResource {
  readonly #groups: ReadonlyMap<string, aws.cloudwatch.LogGroup>;

  constructor(name: string, { settings, programs, key }: LogsArgs) {
    super('app:infra:Logs', name);
    const { project, environment } = settings;
    this.#groups = new Map(
      programs.map(({ id }) => [
        id,
        createLogGroup(id, `/${project}/${environment}/${id}`, key, this),
      ]),
    );
    this.registerOutputs();
  }

  group(programId: string): aws.cloudwatch.LogGroup {
    const group = this.#groups.get(programId);
    if (group === undefined) throw new Error(`There is no log of ${programId}.`);
    return group;
  }
}

/** Creates every log group. Neither AWS, nor Pulumi, nor the deploy role can delete one. (OBS-2) */
export function createLogGroup(
  resource: string,
  name: string,
  key: aws.kms.Key,
  parent: pulumi.Resource,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    resource,
    {
      name,
      retentionInDays: RETENTION_DAYS,
      kmsKeyId: key.arn,
      deletionProtectionEnabled: true,
    },
    { parent, protect: true },
  );
}

interface ServiceLogs {
  readonly logs: readonly aws.cloudwatch.LogGroup[];
  /** A service that writes to the logs can be configured only after it exists. */
  readonly access: aws.cloudwatch.LogResourcePolicy;
}

/** Logs that AWS services write, for resources of this account only. */
export function createServiceLogs(
  name: string,
  /** The names of the logs, by the logical names of their resources. */
  names: Readonly<Record<string, string>>,
  key: aws.kms.Key,
  { project, environment, accountId }: Settings,
  parent: pulumi.Resource,
): ServiceLogs {
  const logs = Object.entries(names).map(([resource, logName]) =>
    createLogGroup(resource, logName, key, parent),
  );
  const access = new aws.cloudwatch.LogResourcePolicy(
    name,
    {
      policyName: `${project}-${environment}-${name}`,
      policyDocument: policy([
        allow({
          to: { service: 'delivery.logs.amazonaws.com' },
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          on: logs.map(({ arn }) => streamsOf(arn)),
          when: { StringEquals: { 'aws:SourceAccount': accountId } },
        }),
      ]),
    },
    { parent },
  );
  return { logs, access };
}

/** Flow logs and load balancer logs. The load balancer supports no key but that of S3. (OBS-2) */
export class TrafficLogs extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, { settings }: { readonly settings: Settings }) {
    super('app:infra:TrafficLogs', name);
    const { region, accountId } = settings;
    // Only for resources of this account: the services write for every AWS customer.
    const ownResource = (service: string, resource: string) => ({
      'aws:SourceArn': `arn:aws:${service}:${region}:${accountId}:${resource}`,
    });
    const flow = {
      to: { service: 'delivery.logs.amazonaws.com' },
      when: { StringEquals: { 'aws:SourceAccount': accountId }, ArnLike: ownResource('logs', '*') },
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
            when: { ArnLike: ownResource('elasticloadbalancing', 'loadbalancer/*') },
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
