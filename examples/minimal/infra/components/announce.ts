import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { WatchedCall } from './watched.ts';

export function metricAlarm(
  { project, environment }: Settings,
  topic: aws.sns.Topic,
  name: string,
  { why, playbook }: { readonly why: string; readonly playbook: string },
  measured: Omit<aws.cloudwatch.MetricAlarmArgs, 'comparisonOperator'>,
  parent: pulumi.Resource,
): void {
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: `${project}-${environment}-${name}`,
      alarmDescription: `${why}; see playbooks/${playbook}`,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [topic.arn],
      ...measured,
    },
    { parent },
  );
}

interface Said {
  readonly paths: Readonly<Record<string, string>>;
  readonly sentence: string;
}

/** Of a call: who made it and from where, never what was in it. */
const CALL: Said = {
  paths: {
    call: '$.detail.eventName',
    who: '$.detail.userIdentity.arn',
    from: '$.detail.sourceIPAddress',
    at: '$.time',
  },
  sentence: '<call> by <who> from <from> at <at>',
};

/** Passes on what EventBridge has seen, as a sentence. */
export function announce(
  settings: Settings,
  topic: aws.sns.Topic,
  { name, pattern, reads, why, playbook }: WatchedCall,
  parent: pulumi.Resource,
  said: Said = CALL,
): void {
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      name: `${settings.project}-${settings.environment}-${name}`,
      description: why,
      eventPattern: pattern,
      state: reads ? 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' : 'ENABLED',
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    name,
    {
      rule: rule.name,
      arn: topic.arn,
      inputTransformer: {
        inputPaths: said.paths,
        inputTemplate: JSON.stringify(
          `${settings.environment}, ${name}: ${said.sentence}: ${why}; see playbooks/${playbook}`,
        ),
      },
    },
    { parent },
  );
}

/** The secrets of the project are read by its roles; nobody else has to, not even an administrator. */
export function secretReadByStranger(
  { project, environment, region, accountId }: Settings,
  readers: readonly pulumi.Input<string>[],
): WatchedCall {
  const prefix = `${project}/${environment}/`;
  const addresses = [prefix, `arn:aws:secretsmanager:${region}:${accountId}:secret:${prefix}`];
  const role = (is: unknown) => ({
    userIdentity: { sessionContext: { sessionIssuer: { arn: [is] } } },
  });
  return {
    name: 'secret-read-by-stranger',
    reads: true,
    pattern: pulumi.jsonStringify({
      source: ['aws.secretsmanager'],
      detail: {
        eventName: ['GetSecretValue'],
        requestParameters: { secretId: addresses.map((address) => ({ prefix: address })) },
        $or: [role({ 'anything-but': readers }), role({ exists: false })],
      },
    }),
    why: 'whoever knows a secret acts as us',
    playbook: 'secret-read-by-stranger.md',
  };
}
