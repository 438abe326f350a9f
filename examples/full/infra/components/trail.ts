import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { createEventAlarm, createMetricAlarm } from './alarms.ts';
import { secureBucket } from './buckets.ts';
import { allow, exactly, policy } from './iam.ts';
import { RETENTION_DAYS, createLogGroup } from './logs.ts';
import { boundaryArn } from './names.ts';

interface TrailArgs {
  readonly settings: Settings;
  readonly key: aws.kms.Key;
  readonly topic: aws.sns.Topic;
  /** Buckets whose object reads and writes are recorded: CloudTrail does not record these by default. */
  readonly buckets: readonly aws.s3.Bucket[];
}

/** CloudTrail, GuardDuty and the access analyzer, one per account. The trail is kept for 400 days. (OBS-2) */
export class Trail extends pulumi.ComponentResource {
  constructor(name: string, args: TrailArgs) {
    super('app:infra:Trail', name);
    const log = createLogGroup(
      'trail',
      `/${args.settings.project}/${args.settings.environment}/trail`,
      args.key,
      this,
    );
    createTrail(log, args, this);
    createRootAlarm(log, args.settings, args.topic, this);
    createDetector(args.settings, args.topic, this);
    new aws.accessanalyzer.Analyzer(
      'outside',
      { analyzerName: `${args.settings.project}-outside`, type: 'ACCOUNT' },
      { parent: this },
    );
    this.registerOutputs();
  }
}

function createTrail(
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
      statements: (self, objects) => [
        allow({ ...forTrail, sid: 'TrailLooks', actions: ['s3:GetBucketAcl'], on: [self] }),
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

const PLAYBOOK = 'cloud-guard-touched.md';

/** Sign-ins of the root user happen in another region, so only the log of the multi-region trail records them. */
function createRootAlarm(
  log: aws.cloudwatch.LogGroup,
  settings: Settings,
  topic: aws.sns.Topic,
  parent: pulumi.Resource,
): void {
  const measured = {
    name: 'root-acts',
    namespace: `${settings.project}/${settings.environment}`,
  };
  new aws.cloudwatch.LogMetricFilter(
    measured.name,
    {
      logGroupName: log.name,
      pattern:
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
      metricTransformation: { ...measured, value: '1', defaultValue: '0' },
    },
    { parent },
  );
  createMetricAlarm(
    settings,
    topic,
    measured.name,
    { why: 'nothing holds the owner of the account back', playbook: PLAYBOOK },
    {
      namespace: measured.namespace,
      metricName: measured.name,
      statistic: 'Sum',
      period: 300,
      evaluationPeriods: 1,
      threshold: 1,
    },
    parent,
  );
}

/**
 * GuardDuty, without its agents in tasks: an agent runs beside the program, from an image of another account, and needs
 * extra rights on the program's role.
 */
function createDetector(settings: Settings, topic: aws.sns.Topic, parent: pulumi.Resource): void {
  const { id } = new aws.guardduty.Detector(
    'detector',
    { enable: true, findingPublishingFrequency: 'FIFTEEN_MINUTES' },
    { parent },
  );
  for (const name of ['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS']) {
    new aws.guardduty.DetectorFeature(
      name.toLowerCase().replaceAll('_', '-'),
      { detectorId: id, name, status: 'ENABLED' },
      { parent },
    );
  }
  createEventAlarm(
    settings,
    topic,
    {
      name: 'intruder-suspected',
      pattern: JSON.stringify({
        source: ['aws.guardduty'],
        'detail-type': ['GuardDuty Finding'],
        detail: { severity: [{ numeric: ['>=', 4] }] },
      }),
      reads: false,
      why: 'GuardDuty takes something for an attack',
      playbook: PLAYBOOK,
    },
    parent,
    { paths: { kind: '$.detail.type', at: '$.time' }, sentence: '<kind> at <at>' },
  );
}
