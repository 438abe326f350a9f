import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';

/** A metric of AWS, with its alarm threshold. */
export interface MetricAlarmDefinition {
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly of: 'balancer' | 'target' | 'firewall' | 'database';
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'Average';
  readonly atLeast: number;
  readonly minutes: number;
  /** Consecutive periods above the threshold: one, if waiting costs more than a false alarm. */
  readonly periods: number;
  readonly why: string;
  readonly playbook: string;
}

const OUTAGE = 'service-unhealthy.md';
const DATABASE = 'database-at-its-limit.md';

export const METRIC_ALARMS: readonly MetricAlarmDefinition[] = [
  {
    name: 'answers-5xx',
    namespace: 'AWS/ApplicationELB',
    metric: 'HTTPCode_Target_5XX_Count',
    of: 'target',
    statistic: 'Sum',
    atLeast: 10,
    minutes: 5,
    periods: 1,
    why: 'the service answers requests with 5xx',
    playbook: OUTAGE,
  },
  {
    name: 'balancer-5xx',
    namespace: 'AWS/ApplicationELB',
    metric: 'HTTPCode_ELB_5XX_Count',
    of: 'balancer',
    statistic: 'Sum',
    atLeast: 10,
    minutes: 5,
    periods: 1,
    why: 'the load balancer has no healthy target',
    playbook: OUTAGE,
  },
  {
    name: 'unhealthy-hosts',
    namespace: 'AWS/ApplicationELB',
    metric: 'UnHealthyHostCount',
    of: 'target',
    statistic: 'Maximum',
    atLeast: 1,
    minutes: 1,
    periods: 5,
    why: 'an unhealthy task is not replaced',
    playbook: OUTAGE,
  },
  {
    name: 'blocked-burst',
    namespace: 'AWS/WAFV2',
    metric: 'BlockedRequests',
    of: 'firewall',
    statistic: 'Sum',
    atLeast: 1000,
    minutes: 5,
    periods: 1,
    why: 'an attacker tries many requests, and one may pass the firewall',
    playbook: 'requests-blocked.md',
  },
  {
    name: 'database-cpu',
    namespace: 'AWS/RDS',
    metric: 'CPUUtilization',
    of: 'database',
    statistic: 'Average',
    atLeast: 85,
    minutes: 5,
    periods: 3,
    why: 'the CPU of the database is nearly used up, and queries will wait',
    playbook: DATABASE,
  },
  {
    name: 'database-capacity',
    namespace: 'AWS/RDS',
    metric: 'ACUUtilization',
    of: 'database',
    statistic: 'Average',
    atLeast: 90,
    minutes: 5,
    periods: 3,
    why: 'the database is at its largest size: raise it in settings.ts',
    playbook: DATABASE,
  },
  {
    name: 'database-connections',
    namespace: 'AWS/RDS',
    metric: 'DatabaseConnections',
    of: 'database',
    statistic: 'Maximum',
    atLeast: 80,
    minutes: 1,
    periods: 5,
    why: 'the database is near its connection limit: a pool leaks, or one client holds too many',
    playbook: DATABASE,
  },
];

/** A call to AWS that an operator has to expect. CloudTrail records it, and EventBridge reports it within minutes. */
export interface EventAlarmDefinition {
  readonly name: string;
  readonly pattern: pulumi.Input<string>;
  /** A read-only call: EventBridge reports it only if the rule asks for it. */
  readonly reads: boolean;
  readonly why: string;
  readonly playbook: string;
}

export const API_CALL_ALARMS: readonly (Omit<EventAlarmDefinition, 'pattern' | 'reads'> & {
  readonly source: string;
  readonly calls: readonly string[];
})[] = [
  {
    name: 'key-touched',
    source: 'aws.kms',
    calls: ['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy', 'DisableKeyRotation'],
    why: 'a key was disabled, scheduled for deletion, or got another policy or rotation',
    playbook: 'cloud-guard-touched.md',
  },
  {
    name: 'trail-touched',
    source: 'aws.cloudtrail',
    calls: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
    why: 'the record of AWS calls was stopped, deleted or changed',
    playbook: 'cloud-guard-touched.md',
  },
  {
    name: 'network-opened',
    source: 'aws.ec2',
    calls: [
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupEgress',
      'ModifySecurityGroupRules',
      'CreateRoute',
      'ReplaceRoute',
    ],
    why: 'a route or a rule of a security group was added or changed',
    playbook: 'cloud-guard-touched.md',
  },
  {
    name: 'log-touched',
    source: 'aws.logs',
    calls: ['DeleteLogGroup', 'PutRetentionPolicy', 'PutLogGroupDeletionProtection'],
    why: 'a log group was deleted, or its retention or protection changed',
    playbook: 'cloud-guard-touched.md',
  },
  {
    name: 'task-started',
    source: 'aws.ecs',
    calls: ['RunTask', 'ExecuteCommand'],
    why: 'a person acts in production, unless a deployment just ran its migration',
    playbook: 'break-glass-used.md',
  },
];

/** A read of a secret by a principal other than the roles of the programs, administrators included. */
export function unexpectedSecretRead(
  { project, environment, region, accountId }: Settings,
  readers: readonly pulumi.Input<string>[],
): EventAlarmDefinition {
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
    why: 'a principal other than the programs read a secret',
    playbook: 'secret-read-by-stranger.md',
  };
}
