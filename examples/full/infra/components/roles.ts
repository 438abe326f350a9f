import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { appGrants } from '../grants.ts';
import type { Contribution, Program } from './contribution.ts';
import type { AddressOf, Grant, GrantAction, Target } from './grants.ts';
import { imposed } from './grants.ts';
import type { Condition, Resource, Statement } from './iam.ts';
import { allow, allowImposed, exactly, objectsOf, policy, streamsOf } from './iam.ts';
import type { Place } from './names.ts';
import { boundaryArn, roleName, startRoleName } from './names.ts';

interface RolesArgs {
  readonly settings: Place;
  readonly programs: readonly Program[];
  readonly grants: readonly Grant[];
  readonly addressOf: AddressOf;
}

/** Two roles per program: `task` for its own calls, `start` for the container agent that starts it. (SUPPLY-5) */
export class Roles extends pulumi.ComponentResource {
  readonly #roles = new Map<string, aws.iam.Role>();

  constructor(name: string, { settings, programs, grants, addressOf }: RolesArgs) {
    super('app:infra:Roles', name);
    const trust = assumedByOwnTasks(settings);
    for (const program of programs) {
      this.#role(program.id, roleName(settings, program), settings, trust);
      this.#role(`${program.id}:start`, startRoleName(settings, program), settings, trust);
    }
    for (const [id, role] of this.#roles) this.#allow(id, role, grants, addressOf);
    const stray = grants.find((grant) => !this.#roles.has(grant.role));
    if (stray) throw new Error(`There is a grant to ${stray.role}, which is no program.`);
    this.registerOutputs();
  }

  task(program: string): aws.iam.Role {
    return this.#named(program);
  }

  start(program: string): aws.iam.Role {
    return this.#named(`${program}:start`);
  }

  #named(id: string): aws.iam.Role {
    const role = this.#roles.get(id);
    if (role === undefined) throw new Error(`There is no program ${id}.`);
    return role;
  }

  #role(id: string, name: string, settings: Place, assumeRolePolicy: pulumi.Output<string>): void {
    const role = new aws.iam.Role(
      `role-${id.replace(':', '-')}`,
      { name, assumeRolePolicy, permissionsBoundary: boundaryArn(settings) },
      { parent: this },
    );
    this.#roles.set(id, role);
  }

  // A program without grants has no policy: an attacker cannot widen a policy that does not exist.
  #allow(id: string, role: aws.iam.Role, all: readonly Grant[], addressOf: AddressOf): void {
    const grants = all.filter((grant) => grant.role === id);
    if (grants.length === 0) return;
    new aws.iam.RolePolicy(
      `role-${id.replace(':', '-')}`,
      { role: role.name, policy: policy(grantStatements(grants, addressOf)) },
      { parent: this },
    );
  }
}

/** ECS assumes it, for tasks of this account only: otherwise a task of another AWS customer could use the role. */
function assumedByOwnTasks({ accountId, region }: Place): pulumi.Output<string> {
  return policy([
    allow({
      to: { service: 'ecs-tasks.amazonaws.com' },
      actions: ['sts:AssumeRole'],
      when: {
        StringEquals: { 'aws:SourceAccount': accountId },
        ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${accountId}:*` },
      },
    }),
  ]);
}

/** One statement per grant, so that a condition of one action does not bind another. */
function grantStatements(grants: readonly Grant[], addressOf: AddressOf): Statement[] {
  return grants.map(({ actions, target, condition }) => {
    const when = condition && { when: condition };
    if (target.kind === 'imposed')
      return allowImposed<GrantAction>({ actions, because: imposed, ...when });
    const arns = [addressOf(target)].flat() as readonly pulumi.Input<string>[];
    return allow<GrantAction>({ actions, on: arns.map((arn) => resourceOf(target, arn)), ...when });
  });
}

function resourceOf({ kind }: Target, arn: pulumi.Input<string>): Resource {
  if (kind === 'objects') return objectsOf(arn);
  return kind === 'log' ? streamsOf(arn) : exactly(arn);
}

/** All grants of all roles: of `grants.ts`, of the modules, and those that follow from them. (SUPPLY-5) */
export function grantsOf(
  contributions: readonly Contribution[],
  place: Pick<Place, 'region'>,
): readonly Grant[] {
  const programs = contributions.flatMap((one) => one.programs ?? []);
  const stated = unique([
    ...programs.flatMap((program) => [...startGrants(program), ...loginGrants(program)]),
    ...appGrants.filter(({ role }) => programs.some(({ id }) => id === role)),
    ...contributions
      .flatMap(({ grants = [] }) => grants)
      .filter(({ role, ifThere }) => !ifThere || programs.some(({ id }) => id === role)),
  ]);
  return [...stated, ...stated.flatMap((grant) => impliedGrants(grant, place))];
}

// A module may repeat a grant. Grants on keys of secrets and buckets are derived below.
function unique(grants: readonly Grant[]): readonly Grant[] {
  const keyOf = ({ role, actions, target }: Grant) => JSON.stringify([role, actions, target]);
  return grants.filter(
    (grant, index) =>
      !grant.target.kind.startsWith('key-of-') &&
      grants.findIndex((other) => keyOf(other) === keyOf(grant)) === index,
  );
}

/** The container agent pulls the image and opens the log before the program runs: the task has neither right. */
function startGrants({ id, service }: Program): readonly Grant[] {
  const role = `${id}:start`;
  return [
    {
      role,
      actions: ['ecr:GetAuthorizationToken'],
      target: { kind: 'imposed' },
      why: 'Logs in to the registry.',
      usedBy: 'ecs',
    },
    {
      role,
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      target: { kind: 'repository', service },
      why: 'Pulls the image of this service.',
      usedBy: 'ecs',
    },
    {
      role,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      target: { kind: 'log', program: id },
      why: 'Writes the output of the program into its own log.',
      usedBy: 'ecs',
    },
  ];
}

function loginGrants({ id, segment, login }: Program): readonly Grant[] {
  if (login === undefined) return [];
  return [
    {
      role: id,
      actions: ['rds-db:connect'],
      target: { kind: 'login', segment, login },
      why: 'Signs in to the database with its role, without a password.',
      usedBy: 'platform/src/aws/database-sign-in.ts',
    },
  ];
}

/** AWS decrypts with the caller's rights, without a call in the code: the action on the left implies these. */
const impliedActions: Readonly<
  Partial<Record<GrantAction, { service: string; actions: readonly GrantAction[] }>>
> = {
  'secretsmanager:GetSecretValue': { service: 'secretsmanager', actions: ['kms:Decrypt'] },
  's3:GetObject': { service: 's3', actions: ['kms:Decrypt'] },
  's3:PutObject': { service: 's3', actions: ['kms:GenerateDataKey'] },
};

function impliedGrants(
  { role, actions, target }: Grant,
  { region }: Pick<Place, 'region'>,
): readonly Grant[] {
  if (target.kind !== 'secret' && target.kind !== 'objects') return [];
  const key: Target =
    target.kind === 'secret'
      ? { kind: 'key-of-secret', name: target.name }
      : { kind: 'key-of-bucket', bucket: target.bucket };
  return actions.flatMap((action) => {
    const implied = impliedActions[action];
    if (implied === undefined) return [];
    const condition: Condition = {
      StringEquals: { 'kms:ViaService': `${implied.service}.${region}.amazonaws.com` },
    };
    return [
      {
        role,
        actions: implied.actions,
        target: key,
        condition,
        why: `${action} of data that a key of the project encrypts.`,
        usedBy: `aws:${action}`,
      },
    ];
  });
}

/** The readers of a secret, for its resource policy. No program may write a secret: people do, as a role of `bootstrap/`. */
export function readersOf(secret: string, grants: readonly Grant[]): readonly string[] {
  return grants
    .filter(
      ({ target, actions }) =>
        target.kind === 'secret' &&
        target.name === secret &&
        actions.includes('secretsmanager:GetSecretValue'),
    )
    .map(({ role }) => role);
}
