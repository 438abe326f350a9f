import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { allow, policy, streamsOf } from '../iam.ts';
import type { Settings } from '../settings.ts';
import { logGroup } from './logs.ts';

export interface DeliveredLogs {
  readonly logs: readonly aws.cloudwatch.LogGroup[];
  /** Before it is there, nothing can be set up to write into them. */
  readonly opened: aws.cloudwatch.LogResourcePolicy;
}

/** Logs that AWS itself writes, on behalf of this account and no other. */
export function deliveredLogs(
  name: string,
  /** What they are called, by the name of the resource. */
  called: Readonly<Record<string, string>>,
  key: aws.kms.Key,
  { project, environment, accountId }: Settings,
  parent: pulumi.Resource,
): DeliveredLogs {
  const logs = Object.entries(called).map(([resource, logName]) =>
    logGroup(resource, logName, key, parent),
  );
  const opened = new aws.cloudwatch.LogResourcePolicy(
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
  return { logs, opened };
}
