import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { allow, deny, inAccount, itself, namedFrom, policy } from '../../iam.ts';
import type { BootstrapSettings } from '../names.ts';
import { boundaryName } from '../names.ts';

/**
 * The most that any role can be given by whoever deploys: the services that programs use, on what is the project's. It
 * lets nobody touch a role, a policy or a person, so a role within it cannot make itself another. (SUPPLY-5)
 */
export class Boundary extends pulumi.ComponentResource {
  readonly policy: aws.iam.Policy;

  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:Boundary', name);
    this.policy = new aws.iam.Policy(
      'boundary',
      {
        name: boundaryName(settings.project),
        description: 'The most that a role of the project can be given.',
        policy: boundaryPolicy(settings),
      },
      { parent: this, protect: true },
    );
    this.registerOutputs();
  }
}

function boundaryPolicy(settings: BootstrapSettings): pulumi.Output<string> {
  const { project, region, accountId } = settings;
  const regional = (service: string) => `arn:aws:${service}:${region}:${accountId}`;
  return policy([
    allow({
      sid: 'Keys',
      actions: ['kms:Sign', 'kms:GetPublicKey', 'kms:GenerateDataKey', 'kms:Decrypt'],
      on: [inAccount(`${regional('kms')}:key/`)],
      when: { StringEquals: { 'aws:ResourceTag/project': project } },
    }),
    allow({
      sid: 'Secrets',
      actions: ['secretsmanager:GetSecretValue'],
      on: [namedFrom(`${regional('secretsmanager')}:secret:${project}/`)],
    }),
    allow({
      sid: 'WhatRdsKeeps',
      actions: ['secretsmanager:GetSecretValue'],
      on: [namedFrom(`${regional('secretsmanager')}:secret:rds!cluster-`)],
      when: {
        ArnLike: {
          'aws:ResourceTag/aws:rds:primaryDBClusterArn': `${regional('rds')}:cluster:${project}-*`,
        },
      },
    }),
    allow({
      sid: 'Buckets',
      actions: ['s3:GetObject', 's3:PutObject', 's3:PutObjectRetention', 's3:ListBucket'],
      on: [namedFrom(`arn:aws:s3:::${project}-`)],
      when: { StringEquals: { 'aws:ResourceAccount': accountId } },
    }),
    allow({
      sid: 'Databases',
      actions: ['rds-db:connect'],
      on: [inAccount(`${regional('rds-db')}:dbuser:`)],
    }),
    allow({
      sid: 'Mail',
      actions: ['ses:SendEmail'],
      on: [
        inAccount(`${regional('ses')}:identity/`),
        inAccount(`${regional('ses')}:configuration-set/`),
      ],
    }),
    allow({
      sid: 'Decisions',
      actions: ['verifiedpermissions:IsAuthorized'],
      on: [inAccount(`arn:aws:verifiedpermissions::${accountId}:policy-store/`)],
    }),
    allow({
      sid: 'Images',
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      on: [namedFrom(`${regional('ecr')}:repository/${project}/`)],
    }),
    allow({
      sid: 'Logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      on: [namedFrom(`${regional('logs')}:log-group:/${project}/`)],
    }),
    allow({ sid: 'Registry', actions: ['ecr:GetAuthorizationToken'], on: [itself] }),
    // Said aloud, so that a line above that is widened by mistake still gives none of it.
    deny({
      sid: 'NobodyElse',
      actions: ['iam:*', 'sts:*', 'organizations:*', 'account:*', 'sso:*', 'identitystore:*'],
      on: [itself],
    }),
  ]);
}
