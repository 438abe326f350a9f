import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { EventAlarmDefinition, MetricAlarmDefinition } from './alarm-definitions.ts';
import { API_CALL_ALARMS, METRIC_ALARMS, unexpectedSecretRead } from './alarm-definitions.ts';
import type { Alarm, Contribution } from './contribution.ts';
import { allow, deny, exactly, policy } from './iam.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { Logs } from './logs.ts';

interface AlarmsArgs {
  readonly settings: Settings;
  readonly contributions: readonly Contribution[];
  readonly logs: Logs;
  readonly key: aws.kms.Key;
  readonly loadBalancer: LoadBalancer;
  /** By segment. */
  readonly databases: ReadonlyMap<string, { readonly clusterIdentifier: pulumi.Input<string> }>;
  /** The ARNs of the roles that read secrets: a read by any other principal raises an alarm. */
  readonly secretReaders: readonly pulumi.Input<string>[];
}

/** All alarms, on one topic. Each names its playbook. */
export class Alarms extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic;
  readonly #args: AlarmsArgs;

  constructor(name: string, args: AlarmsArgs) {
    super('app:infra:Alarms', name);
    this.#args = args;
    this.topic = createAlarmTopic(args.settings, args.key, this);
    for (const { module, alarms = [] } of args.contributions) {
      for (const alarm of alarms) this.#onEvent(`${module}-${alarm.name}`, alarm);
    }
    for (const definition of METRIC_ALARMS) this.#onMetric(definition);
    for (const { source, calls, ...definition } of API_CALL_ALARMS) {
      const pattern = JSON.stringify({ source: [source], detail: { eventName: calls } });
      createEventAlarm(args.settings, this.topic, { ...definition, pattern, reads: false }, this);
    }
    const secretRead = unexpectedSecretRead(args.settings, args.secretReaders);
    createEventAlarm(args.settings, this.topic, secretRead, this);
    this.registerOutputs({ topic: this.topic.arn });
  }

  /** Counts an event in a program's log, whose lines are JSON. */
  #onEvent(name: string, alarm: Alarm): void {
    const { settings, logs } = this.#args;
    const metric = { name, namespace: `${settings.project}/${settings.environment}` };
    new aws.cloudwatch.LogMetricFilter(
      name,
      {
        logGroupName: logs.group(alarm.program).name,
        pattern: `{ $.event = "${alarm.event}" }`,
        metricTransformation: { ...metric, value: '1', defaultValue: '0' },
      },
      { parent: this },
    );
    createMetricAlarm(
      settings,
      this.topic,
      name,
      alarm,
      {
        namespace: metric.namespace,
        metricName: name,
        statistic: 'Sum',
        period: alarm.withinMinutes * 60,
        evaluationPeriods: 1,
        threshold: alarm.atLeast,
      },
      this,
    );
  }

  #onMetric(definition: MetricAlarmDefinition): void {
    for (const [suffix, dimensions] of this.#dimensions(definition.of)) {
      createMetricAlarm(
        this.#args.settings,
        this.topic,
        `${definition.name}${suffix}`,
        definition,
        {
          namespace: definition.namespace,
          metricName: definition.metric,
          dimensions,
          statistic: definition.statistic,
          period: definition.minutes * 60,
          evaluationPeriods: definition.periods,
          threshold: definition.atLeast,
        },
        this,
      );
    }
  }

  #dimensions(of: MetricAlarmDefinition['of']): [string, Record<string, pulumi.Input<string>>][] {
    const { settings, loadBalancer, databases } = this.#args;
    const { targetGroup, webAcl } = loadBalancer;
    const LoadBalancer = loadBalancer.arnSuffix;
    if (of === 'balancer') return [['', { LoadBalancer }]];
    if (of === 'target') return [['', { LoadBalancer, TargetGroup: targetGroup.arnSuffix }]];
    if (of === 'firewall') {
      return [
        ['', { WebACL: webAcl.visibilityConfig.metricName, Region: settings.region, Rule: 'ALL' }],
      ];
    }
    return [...databases].map(([segment, { clusterIdentifier }]) => [
      `-${segment}`,
      { DBClusterIdentifier: clusterIdentifier },
    ]);
  }
}

const PUBLISHERS = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];

/** The topic of all alarms. Only AWS services publish to it, for this account only. */
function createAlarmTopic(
  settings: Settings,
  key: aws.kms.Key,
  parent: pulumi.Resource,
): aws.sns.Topic {
  const name = `${settings.project}-${settings.environment}-alarms`;
  const topic = new aws.sns.Topic(
    'alarms',
    { name, kmsMasterKeyId: key.arn },
    { parent, protect: true },
  );
  new aws.sns.TopicPolicy(
    'alarms',
    { arn: topic.arn, policy: publishPolicy(topic, settings.accountId, PUBLISHERS) },
    { parent },
  );
  if (settings.alertEmail !== undefined) {
    new aws.sns.TopicSubscription(
      'alarms-mail',
      { topic: topic.arn, protocol: 'email', endpoint: settings.alertEmail },
      { parent },
    );
  }
  return topic;
}

/** Without the condition on the account, an attacker could have AWS publish here from another account. */
export function publishPolicy(
  topic: aws.sns.Topic,
  accountId: string,
  services: readonly string[],
): pulumi.Output<string> {
  const publish = { actions: ['sns:Publish'], on: [exactly(topic.arn)] } as const;
  return policy([
    ...services.map((service) =>
      allow({
        ...publish,
        to: { service },
        when: { StringEquals: { 'aws:SourceAccount': accountId } },
      }),
    ),
    deny({
      ...publish,
      sid: 'TlsOnly',
      toAll: true,
      when: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  ]);
}

export function createMetricAlarm(
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

interface EventMessage {
  readonly paths: Readonly<Record<string, string>>;
  readonly sentence: string;
}

/** Who made a call and from where, and none of its parameters: they can be confidential. */
const CALL_MESSAGE: EventMessage = {
  paths: {
    call: '$.detail.eventName',
    who: '$.detail.userIdentity.arn',
    from: '$.detail.sourceIPAddress',
    at: '$.time',
  },
  sentence: '<call> by <who> from <from> at <at>',
};

/** Publishes an event of EventBridge as a sentence. */
export function createEventAlarm(
  settings: Settings,
  topic: aws.sns.Topic,
  { name, pattern, reads, why, playbook }: EventAlarmDefinition,
  parent: pulumi.Resource,
  message: EventMessage = CALL_MESSAGE,
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
        inputPaths: message.paths,
        inputTemplate: JSON.stringify(
          `${settings.environment}, ${name}: ${message.sentence}: ${why}; see playbooks/${playbook}`,
        ),
      },
    },
    { parent },
  );
}
