import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** A year is asked for; CloudWatch takes 365 or 400, and what is asked for on the last day must still be there. (OBS-2) */
export const KEPT_DAYS = 400;

/** A log that outlives whoever would rather have it gone: kept, encrypted with a key of ours, and twice protected. (OBS-2) */
export function keptLog(
  name: string,
  logName: string,
  key: aws.kms.Key,
  parent: pulumi.Resource,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    {
      name: logName,
      retentionInDays: KEPT_DAYS,
      kmsKeyId: key.arn,
      deletionProtectionEnabled: true,
    },
    { parent, protect: true },
  );
}
