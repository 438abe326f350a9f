import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Program } from '../contribution.ts';
import type { AddressOf, Grant } from '../iam.ts';
import { allow, grantStatements, policy } from '../iam.ts';
import type { Place } from '../names.ts';
import { boundaryArn, roleName, startRoleName } from '../names.ts';

interface RolesArgs {
  readonly settings: Place;
  readonly programs: readonly Program[];
  readonly grants: readonly Grant[];
  readonly addressOf: AddressOf;
}

/** Two for a program: `task` is what it may do, `start` what the container agent does before it runs. (SUPPLY-5) */
export class Roles extends pulumi.ComponentResource {
  readonly #roles = new Map<string, aws.iam.Role>();

  constructor(name: string, { settings, programs, grants, addressOf }: RolesArgs) {
    super('app:infra:Roles', name);
    const trust = startedByOurTasks(settings);
    for (const program of programs) {
      this.#role(program.id, roleName(settings, program), settings, trust);
      this.#role(`${program.id}:start`, startRoleName(settings, program), settings, trust);
    }
    for (const [id, role] of this.#roles) this.#allow(id, role, grants, addressOf);
    const stray = grants.find((grant) => !this.#roles.has(grant.role));
    if (stray) throw new Error(`${stray.role} is granted something and is no program.`);
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

  // A program that is granted nothing has no policy: what is not there cannot be widened.
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

/** Only by that service, and only for tasks of this account: else another customer's task could have it do so. */
function startedByOurTasks({ accountId, region }: Place): pulumi.Output<string> {
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
