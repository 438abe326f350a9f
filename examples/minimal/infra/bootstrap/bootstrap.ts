import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { secureBucket } from '../components/buckets.ts';
import { serviceKeyPolicy, stateKeyPolicy } from '../components/key-policies.ts';
import { allow, deny, inAccount, itself, namedFrom, policy } from '../components/iam.ts';
import { repositoryName, roleArn } from '../components/names.ts';
import { changes } from './deploy-changes.ts';
import { readable } from './deploy-reads.ts';
import { keysThroughServices, outOfReach, rolesOfPrograms, stateOf } from './deploy-limits.ts';
import { statementsOf } from './deploy-rows.ts';
import { Github, SecretsRole, WorkflowRole } from './roles.ts';
import type { BootstrapSettings } from './settings.ts';
import { boundaryName, deployRoleName, previewRoleName, stateBucketPlace } from './settings.ts';

/** An administrator runs this once per account. The workflows deploy the rest and can change none of it. (SUPPLY-5) */
export function bootstrap(settings: BootstrapSettings): pulumi.Inputs {
  const { project, environments } = settings;
  const github = new Github('github', { settings });
  const images = new Images('images', { settings });
  const state = new State('state', { settings });
  new Boundary('boundary', { settings });
  new SecretsRole('secrets', { settings });
  const limits = outOfReach(settings, {
    keys: [state.key.arn, images.key.arn],
    provider: github.providerArn,
  });
  new WorkflowRole('preview', {
    role: previewRoleName(project),
    // A pull request previews its change. A nightly run of main looks for drift.
    trust: github.trust('pull_request', 'ref:refs/heads/main'),
    statements: environments
      .flatMap((environment) => statementsOf(readable, { ...settings, environment }))
      .filter(once),
    more: [...stateOf(settings, state.key.arn, false), ...limits],
  });
  for (const environment of environments) {
    const place = { ...settings, environment };
    new WorkflowRole(`deploy-${environment}`, {
      role: deployRoleName(project, environment),
      trust: github.trust(`environment:${environment}`),
      statements: [
        ...statementsOf([...changes, ...readable], place),
        ...rolesOfPrograms(place),
        ...keysThroughServices(place),
      ],
      more: [...stateOf(settings, state.key.arn, true), ...limits],
    });
  }
  return { stateBucket: state.bucket.id, stateKey: state.key.arn };
}

function once<Value>(value: Value, index: number, all: readonly Value[]): boolean {
  return all.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) === index;
}

/** The bucket of Pulumi's state, and the key that encrypts its settings. */
class State extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  readonly key: aws.kms.Key;

  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:State', name);
    const { project, environments } = settings;
    const roles = [
      previewRoleName(project),
      ...environments.map((one) => deployRoleName(project, one)),
    ];
    const arns = roles.map((role) => roleArn(settings, role));
    this.key = createKey('state', stateKeyPolicy(settings, arns), this);
    new aws.kms.Alias(
      'state',
      { name: `alias/${project}-state`, targetKeyId: this.key.keyId },
      { parent: this },
    );
    this.bucket = secureBucket(
      'state',
      { settings: stateBucketPlace(settings), key: this.key },
      this,
    );
    this.registerOutputs();
  }
}

// Enough for a rollback. They include the images of running tasks.
const KEPT_IMAGES = 50;

/** The image repositories. An attacker cannot move a tag, so the scanned image is the one that runs. (SUPPLY-5) */
class Images extends pulumi.ComponentResource {
  readonly key: aws.kms.Key;

  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:Images', name);
    const parent = { parent: this };
    this.key = createKey('images', serviceKeyPolicy(settings, 'ecr'), this);
    for (const service of settings.services) {
      const repository = new aws.ecr.Repository(
        `images-${service}`,
        {
          name: repositoryName(settings.project, service),
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: this.key.arn }],
          forceDelete: false,
        },
        { ...parent, protect: true },
      );
      new aws.ecr.LifecyclePolicy(
        `images-${service}`,
        { repository: repository.name, policy: pulumi.jsonStringify({ rules: [keepNewest] }) },
        parent,
      );
    }
    this.registerOutputs();
  }
}

const keepNewest = {
  rulePriority: 1,
  description: `The newest ${KEPT_IMAGES}`,
  selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: KEPT_IMAGES },
  action: { type: 'expire' },
};

// No tags: the deploy role may manage keys with the tags of its environment.
function createKey(
  name: string,
  keyPolicy: pulumi.Output<string>,
  parent: pulumi.Resource,
): aws.kms.Key {
  return new aws.kms.Key(
    `key-${name}`,
    {
      description: `Of bootstrap: ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: keyPolicy,
    },
    { parent, protect: true },
  );
}

/**
 * The permissions boundary of every role that the deploy role creates: the services that programs use, on resources of
 * the project. It allows no change of a role, a policy or a user, so an attacker cannot escalate. (SUPPLY-5)
 */
class Boundary extends pulumi.ComponentResource {
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
    // An explicit denial: a statement above that is widened by mistake still grants none of these.
    deny({
      sid: 'NobodyElse',
      actions: ['iam:*', 'sts:*', 'organizations:*', 'account:*', 'sso:*', 'identitystore:*'],
      on: [itself],
    }),
  ]);
}
