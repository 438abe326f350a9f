import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { allow, deny, inAccount, itself, namedFrom, policy } from '../../iam.ts';
import { accountArn, secretsRoleName } from '../../names.ts';
import type { BootstrapSettings } from '../names.ts';

// The shortest that AWS knows. A value is put in its place within a minute.
const LONGEST_SECONDS = 3_600;
// A session that somebody left open since this morning is not the person.
const FACTOR_SECONDS = 900;

const WRITING = [
  'secretsmanager:PutSecretValue',
  'secretsmanager:DescribeSecret',
  'secretsmanager:ListSecretVersionIds',
] as const;
const SEALING = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

/**
 * As whom a person puts a value into a place, from their own machine, and sees none. What it may do is its boundary too:
 * whatever else somebody attaches to it gives nothing. (SUPPLY-5)
 */
export class SecretsRole extends pulumi.ComponentResource {
  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:SecretsRole', name);
    const kept = { parent: this, protect: true };
    const role = secretsRoleName(settings.project);
    const only = new aws.iam.Policy(
      role,
      {
        name: role,
        description: 'Puts values into the places for secrets, and reads none.',
        policy: onlyWriting(settings),
      },
      kept,
    );
    const made = new aws.iam.Role(
      role,
      {
        name: role,
        assumeRolePolicy: byPeople(settings),
        maxSessionDuration: LONGEST_SECONDS,
        permissionsBoundary: only.arn,
      },
      kept,
    );
    new aws.iam.RolePolicyAttachment(
      role,
      { role: made.name, policyArn: only.arn },
      { parent: this },
    );
    this.registerOutputs();
  }
}

/** Whom an administrator lets, and only with a second factor: no program, no workflow and no stolen key has one. */
function byPeople(settings: BootstrapSettings): pulumi.Output<string> {
  return policy([
    allow({
      to: { aws: accountArn(settings) },
      actions: ['sts:AssumeRole'],
      when: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': String(FACTOR_SECONDS) },
      },
    }),
  ]);
}

function onlyWriting({ project, region, accountId }: BootstrapSettings): pulumi.Output<string> {
  const regional = (service: string) => `arn:aws:${service}:${region}:${accountId}`;
  return policy([
    allow({
      sid: 'Places',
      actions: WRITING,
      on: [namedFrom(`${regional('secretsmanager')}:secret:${project}/`)],
    }),
    allow({
      sid: 'KeysThroughSecretsManager',
      actions: SEALING,
      on: [inAccount(`${regional('kms')}:key/`)],
      when: {
        StringEquals: {
          'aws:ResourceTag/project': project,
          'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
        },
      },
    }),
    // Said aloud: what a thing's own policy gives to a role passes by what the role's policies leave out.
    deny({ sid: 'NothingElse', allBut: [...WRITING, ...SEALING], on: [itself] }),
  ]);
}
