import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Endpoints } from './endpoints.ts';
import type { Network } from './network.ts';
import type { Plan, PlannedProgram } from './plan.ts';
import { needsDatabase } from './plan.ts';

interface SecurityGroupsArgs {
  readonly network: Network;
  readonly endpoints: Endpoints;
  readonly plan: Plan;
}

/** A security group, with the name that its rules begin with. */
interface SecurityGroup {
  readonly name: string;
  readonly id: pulumi.Output<string>;
}

const HTTPS = 443;
const POSTGRES = 5432;
const ANYWHERE = '0.0.0.0/0';

/** Which program may connect to which. Both groups have a rule that names the other; all else is closed. (HOOK-4) */
export class SecurityGroups extends pulumi.ComponentResource {
  readonly #vpcId: pulumi.Output<string>;
  readonly #groups = new Map<string, SecurityGroup>();

  constructor(name: string, { network, endpoints, plan }: SecurityGroupsArgs) {
    super('app:infra:Doors', name);
    this.#vpcId = network.vpcId;
    const endpointGroup = { name: 'endpoints', id: endpoints.securityGroupId };
    const edge = this.#create('edge', 'The load balancer');
    allowFromInternet(edge, HTTPS, 'Requests of clients', this);
    allowFromInternet(edge, 80, 'Answered with a redirect to HTTPS, and nothing else', this);
    for (const { id, hasDatabase } of plan.segments)
      if (hasDatabase) this.#create(`database-${id}`, `The database of ${id}`);
    for (const { id } of plan.programs) this.#create(id, `The program ${id}`);
    for (const program of plan.programs) {
      const own = this.#found(program.id);
      allowBetween(own, endpointGroup, HTTPS, 'Keys, secrets, logs and images', this);
      allowTo(
        own,
        's3',
        { prefixListId: endpoints.s3PrefixListId },
        HTTPS,
        'Buckets and image layers',
        this,
      );
      if (needsDatabase(program)) {
        const database = this.#found(`database-${program.segment}`);
        allowBetween(own, database, POSTGRES, 'Its database', this);
      }
      this.#allowCallers(program, edge);
      this.#allowEgress(program);
    }
    this.registerOutputs({});
  }

  /** The security group of a program, of `edge`, or of `database-<segment>`. */
  of(name: string): pulumi.Output<string> {
    return this.#found(name).id;
  }

  #allowCallers({ id, listens }: PlannedProgram, edge: SecurityGroup): void {
    if (!listens) return;
    const own = this.#found(id);
    if (listens.public) allowBetween(edge, own, listens.port, 'Requests, and the probe', this);
    for (const caller of listens.from ?? [])
      allowBetween(this.#found(caller), own, listens.port, `Calls of ${caller} to ${id}`, this);
  }

  // By port only: the firewalls of egress.ts hold the list of hosts, and the service's own dispatcher holds it too.
  #allowEgress({ id, wayOut }: PlannedProgram): void {
    for (const port of wayOut.ports)
      allowTo(
        this.#found(id),
        `out-${port}`,
        { cidrIpv4: ANYWHERE },
        port,
        'Hosts listed in security/egress',
        this,
      );
  }

  #found(name: string): SecurityGroup {
    const group = this.#groups.get(name);
    if (!group) throw new Error(`There is no security group named ${name}.`);
    return group;
  }

  #create(name: string, description: string): SecurityGroup {
    const { id } = new aws.ec2.SecurityGroup(
      name,
      { vpcId: this.#vpcId, description, tags: { Name: name } },
      { parent: this },
    );
    const group = { name, id };
    this.#groups.set(name, group);
    return group;
  }
}

/** An egress rule and an ingress rule: one without the other allows no connection. */
function allowBetween(
  from: SecurityGroup,
  to: SecurityGroup,
  port: number,
  description: string,
  parent: pulumi.Resource,
): void {
  const rule = { ...tcp(port), description };
  const name = `${from.name}-${to.name}`;
  new aws.vpc.SecurityGroupEgressRule(
    name,
    { ...rule, securityGroupId: from.id, referencedSecurityGroupId: to.id },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    name,
    { ...rule, securityGroupId: to.id, referencedSecurityGroupId: from.id },
    { parent },
  );
}

/** To a destination without a security group. */
function allowTo(
  from: SecurityGroup,
  name: string,
  destination: Pick<aws.vpc.SecurityGroupEgressRuleArgs, 'cidrIpv4' | 'prefixListId'>,
  port: number,
  description: string,
  parent: pulumi.Resource,
): void {
  new aws.vpc.SecurityGroupEgressRule(
    `${from.name}-${name}`,
    { ...destination, ...tcp(port), description, securityGroupId: from.id },
    { parent },
  );
}

function allowFromInternet(
  to: SecurityGroup,
  port: number,
  description: string,
  parent: pulumi.Resource,
): void {
  new aws.vpc.SecurityGroupIngressRule(
    `internet-${to.name}-${port}`,
    { cidrIpv4: ANYWHERE, ...tcp(port), description, securityGroupId: to.id },
    { parent },
  );
}

function tcp(port: number) {
  return { ipProtocol: 'tcp', fromPort: port, toPort: port };
}
