import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { announce, metricAlarm } from './announce.ts';

const PLAYBOOK = 'cloud-guard-touched.md';

/** The owner of the account signs in elsewhere than in our region, so only the trail of all regions sees it. */
export function rootAlarm(
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
  metricAlarm(
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
 * Agents in tasks are left out: each starts beside the program, from an image of another account, with rights that the
 * program's role would have to have.
 */
export function detector(settings: Settings, topic: aws.sns.Topic, parent: pulumi.Resource): void {
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
  announce(
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
