import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { allow, exactly, policy } from '../iam.ts';
import { boundaryArn } from '../names.ts';
import { secureBucket } from './bucket.ts';
import { detector, rootAlarm } from './detection.ts';
import { logGroup, RETENTION_DAYS } from './logs.ts';

export interface TrailArgs {
  readonly settings: Settings;
  readonly key: aws.kms.Key;
  readonly topic: aws.sns.Topic;
  /** Whose objects it matters who has read and written: these calls are not on a trail by default. */
  readonly buckets: readonly aws.s3.Bucket[];
}

/** What is done to the account, on record for 400 days, and who watches it. One of each an account. (OBS-2) */
export class Trail extends pulumi.ComponentResource {
  constructor(name: string, args: TrailArgs) {
    super('app:infra:Trail', name);
    const log = logGroup(
      'trail',
      `/${args.settings.project}/${args.settings.environment}/trail`,
      args.key,
      this,
    );
    trailInto(log, args, this);
    rootAlarm(log, args.settings, args.topic, this);
    detector(args.settings, args.topic, this);
    new aws.accessanalyzer.Analyzer(
      'outside',
      { analyzerName: `${args.settings.project}-outside`, type: 'ACCOUNT' },
      { parent: this },
    );
    this.registerOutputs();
  }
}

function trailInto(
  log: aws.cloudwatch.LogGroup,
  { settings, key, buckets }: TrailArgs,
  parent: pulumi.Resource,
): void {
  const name = `${settings.project}-${settings.environment}`;
  const arn = `arn:aws:cloudtrail:${settings.region}:${settings.accountId}:trail/${name}`;
  const forTrail = {
    to: { service: 'cloudtrail.amazonaws.com' },
    when: { StringEquals: { 'aws:SourceArn': arn } },
  } as const;
  const bucket = secureBucket(
    'trail',
    {
      settings,
      key,
      lockDays: RETENTION_DAYS,
      statements: (itself, objects) => [
        allow({ ...forTrail, sid: 'TrailLooks', actions: ['s3:GetBucketAcl'], on: [itself] }),
        allow({ ...forTrail, sid: 'TrailWrites', actions: ['s3:PutObject'], on: [objects] }),
      ],
    },
    parent,
  );
  const role = new aws.iam.Role(
    'trail',
    {
      name: `${name}.trail`,
      assumeRolePolicy: policy([allow({ ...forTrail, actions: ['sts:AssumeRole'] })]),
      permissionsBoundary: boundaryArn(settings),
    },
    { parent },
  );
  const streams = exactly(
    pulumi.interpolate`${log.arn}:log-stream:${settings.accountId}_CloudTrail_${settings.region}`,
  );
  const writes = new aws.iam.RolePolicy(
    'trail',
    {
      role: role.name,
      policy: policy([
        allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], on: [streams] }),
      ]),
    },
    { parent },
  );
  new aws.cloudtrail.Trail(
    'trail',
    {
      name,
      s3BucketName: bucket.id,
      kmsKeyId: key.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      cloudWatchLogsGroupArn: pulumi.interpolate`${log.arn}:*`,
      cloudWatchLogsRoleArn: role.arn,
      advancedEventSelectors: [
        { name: 'calls', fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }] },
        {
          name: 'objects',
          fieldSelectors: [
            { field: 'eventCategory', equals: ['Data'] },
            { field: 'resources.type', equals: ['AWS::S3::Object'] },
            {
              field: 'resources.ARN',
              startsWiths: buckets.map((each) => pulumi.interpolate`${each.arn}/`),
            },
          ],
        },
      ],
    },
    { parent, protect: true, dependsOn: [writes] },
  );
}
