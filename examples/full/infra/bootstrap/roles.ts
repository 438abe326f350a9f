import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Statement } from '../components/iam.ts';
import { allow, deny, inAccount, itself, namedFrom, policy } from '../components/iam.ts';
import { accountArn, secretsRoleName } from '../components/names.ts';
import { packPolicies } from './deploy-rows.ts';
import type { BootstrapSettings } from './settings.ts';

const ISSUER = 'token.actions.githubusercontent.com';

type Subject = 'pull_request' | 'ref:refs/heads/main' | `environment:${string}`;

/** Workflows sign in with a token of GitHub, so no access key is stored there. (SUPPLY-5) */
export class Github extends pulumi.ComponentResource {
  readonly providerArn: pulumi.Output<string>;
  readonly #repository: string;

  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:Github', name);
    this.#repository = settings.repository;
    this.providerArn = new aws.iam.OpenIdConnectProvider(
      'github',
      { url: `https://${ISSUER}`, clientIdLists: ['sts.amazonaws.com'] },
      { parent: this, protect: true },
    ).arn;
    this.registerOutputs();
  }

  /** Whole subjects, never a pattern: an attacker can create another repository that a pattern matches. */
  trust(...subjects: readonly Subject[]): pulumi.Output<string> {
    const isWhole = !subjects.some((subject) => /[*?]/.test(subject));
    if (!/^[\w.-]+\/[\w.-]+$/.test(this.#repository) || !isWhole)
      throw new Error(
        `${this.#repository}:${subjects.join()} is not one repository and whole subjects.`,
      );
    return policy([this.#only(subjects.map((subject) => `repo:${this.#repository}:${subject}`))]);
  }

  #only(subjects: readonly string[]): Statement {
    return allow({
      to: { federated: this.providerArn },
      actions: ['sts:AssumeRoleWithWebIdentity'],
      when: {
        StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: subjects },
      },
    });
  }
}

interface WorkflowRoleArgs {
  readonly role: string;
  readonly trust: pulumi.Output<string>;
  /** Split into as few policies as fit: a role has at most ten. */
  readonly statements: readonly Statement[];
  /** Statements whose ARNs are not known before the deployment. */
  readonly more: readonly Statement[];
}

// One hour is the shortest maximum that AWS allows. A preview takes minutes, and setting a secret takes one.
const MAX_SESSION_SECONDS = 3_600;

/** A role that GitHub workflows assume. (SUPPLY-5) */
export class WorkflowRole extends pulumi.ComponentResource {
  constructor(name: string, { role, trust, statements, more }: WorkflowRoleArgs) {
    super('app:bootstrap:WorkflowRole', name);
    const made = new aws.iam.Role(
      role,
      { name: role, assumeRolePolicy: trust, maxSessionDuration: MAX_SESSION_SECONDS },
      { parent: this, protect: true },
    );
    for (const [index, pack] of [...packPolicies(statements), more].entries()) {
      const title = `${role}-${index + 1}`;
      const document = new aws.iam.Policy(
        title,
        { name: title, policy: policy(pack) },
        { parent: this },
      );
      new aws.iam.RolePolicyAttachment(
        title,
        { role: made.name, policyArn: document.arn },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}

// A session that was left open in the morning does not prove that the person is still there.
const FACTOR_SECONDS = 900;

const WRITING = [
  'secretsmanager:PutSecretValue',
  'secretsmanager:DescribeSecret',
  'secretsmanager:ListSecretVersionIds',
] as const;
const SEALING = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

/**
 * A person assumes it to set the value of a secret, from their own machine, and cannot read one. Its policy is also its
 * boundary: another policy that an attacker attaches grants nothing. (SUPPLY-5)
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
        assumeRolePolicy: assumedByPeople(settings),
        maxSessionDuration: MAX_SESSION_SECONDS,
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

/** For users that an administrator allows, and only with a second factor: a stolen access key alone is not enough. */
function assumedByPeople(settings: BootstrapSettings): pulumi.Output<string> {
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
    // An explicit denial: the policy of a resource could grant the role what its own policies leave out.
    deny({ sid: 'NothingElse', allBut: [...WRITING, ...SEALING], on: [itself] }),
  ]);
}
