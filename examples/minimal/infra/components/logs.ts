import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Program } from '../contribution.ts';
import type { Settings } from '../settings.ts';

/** A year is asked for; AWS keeps 365 or 400, and a log that is asked for on the last day must still be there. (OBS-2) */
export const RETENTION_DAYS = 400;

export interface LogsArgs {
  readonly settings: Settings;
  readonly programs: readonly Program[];
  readonly key: aws.kms.Key;
}

/** One log a program: who may write to one can neither read nor fill another. */
export class Logs extends pulumi.ComponentResource {
  readonly #groups: ReadonlyMap<string, aws.cloudwatch.LogGroup>;

  constructor(name: string, { settings, programs, key }: LogsArgs) {
    super('app:infra:Logs', name);
    const { project, environment } = settings;
    this.#groups = new Map(
      programs.map(({ id }) => [id, logGroup(id, `/${project}/${environment}/${id}`, key, this)]),
    );
    this.registerOutputs();
  }

  group(programId: string): aws.cloudwatch.LogGroup {
    const group = this.#groups.get(programId);
    if (group === undefined) throw new Error(`There is no log of ${programId}.`);
    return group;
  }
}

/** Every log there is comes from here, and nothing takes one away: neither AWS, nor Pulumi, nor who deploys. (OBS-2) */
export function logGroup(
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
