import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Alarm, Contribution } from '../contribution.ts';
import type { Settings } from '../settings.ts';
import type { Logs } from './logs.ts';
import type { WatchedMetric } from './watched.ts';
import { alarmTopic } from './alarm-topic.ts';
import { announce, metricAlarm, secretReadByStranger } from './announce.ts';
import { WATCHED_CALLS, WATCHED_METRICS } from './watched.ts';

export interface AlarmsArgs {
  readonly settings: Settings;
  readonly contributions: readonly Contribution[];
  readonly logs: Logs;
  readonly key: aws.kms.Key;
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly targetGroup: aws.lb.TargetGroup;
  readonly webAcl: aws.wafv2.WebAcl;
  /** By segment. */
  readonly databases: ReadonlyMap<string, { readonly clusterIdentifier: pulumi.Input<string> }>;
  /** Who reads secrets: whoever else does is a stranger. */
  readonly readers: readonly pulumi.Input<string>[];
}

/** Whatever somebody has to hear of, on one topic, each with what to do then. */
export class Alarms extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic;
  readonly #args: AlarmsArgs;

  constructor(name: string, args: AlarmsArgs) {
    super('app:infra:Alarms', name);
    this.#args = args;
    this.topic = alarmTopic(args.settings, args.key, this);
    for (const { module, alarms = [] } of args.contributions) {
      for (const alarm of alarms) this.#onEvent(`${module}-${alarm.name}`, alarm);
    }
    for (const watched of WATCHED_METRICS) this.#onMetric(watched);
    for (const { source, calls, ...watched } of WATCHED_CALLS) {
      const pattern = JSON.stringify({ source: [source], detail: { eventName: calls } });
      announce(args.settings, this.topic, { ...watched, pattern, reads: false }, this);
    }
    const stranger = secretReadByStranger(args.settings, args.readers);
    announce(args.settings, this.topic, stranger, this);
    this.registerOutputs({ topic: this.topic.arn });
  }

  /** Counts an event of a program's log, whose lines are JSON. */
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
    metricAlarm(
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

  #onMetric(watched: WatchedMetric): void {
    for (const [suffix, dimensions] of this.#dimensions(watched.of)) {
      metricAlarm(
        this.#args.settings,
        this.topic,
        `${watched.name}${suffix}`,
        watched,
        {
          namespace: watched.namespace,
          metricName: watched.metric,
          dimensions,
          statistic: watched.statistic,
          period: watched.minutes * 60,
          evaluationPeriods: watched.spans,
          threshold: watched.atLeast,
        },
        this,
      );
    }
  }

  #dimensions(of: WatchedMetric['of']): [string, Record<string, pulumi.Input<string>>][] {
    const { settings, loadBalancer, targetGroup, webAcl, databases } = this.#args;
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
