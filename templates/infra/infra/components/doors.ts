import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Plan, PlannedProgram } from '../plan.ts';
import { needsDatabase } from '../plan.ts';
import type { Settings } from '../settings.ts';
import type { Endpoints } from './endpoints.ts';
import type { Network } from './network.ts';

export interface DoorsArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly endpoints: Endpoints;
  readonly plan: Plan;
}

interface Door {
  readonly name: string;
  readonly id: pulumi.Output<string>;
}

type Reached = Pick<aws.vpc.SecurityGroupEgressRuleArgs, 'cidrIpv4' | 'prefixListId'>;

const ANYWHERE = '0.0.0.0/0';
const HTTPS = 443;
const POSTGRES = 5432;

/** Who may open a connection to whom. Both ends say so, by reference; what is not here is closed. */
export class Doors extends pulumi.ComponentResource {
  readonly #vpcId: pulumi.Output<string>;
  readonly #doors = new Map<string, Door>();

  constructor(name: string, { settings, network, endpoints, plan }: DoorsArgs) {
    super('app:infra:Doors', name);
    this.#vpcId = network.vpcId;
    const aws443 = { name: 'endpoints', id: endpoints.securityGroupId };
    const edge = this.#door('edge', 'The load balancer');
    this.#fromAnywhere(edge, HTTPS, 'Requests of clients');
    this.#fromAnywhere(edge, 80, 'Answered with a redirect to HTTPS, and nothing else');
    for (const { id, hasDatabase } of plan.segments)
      if (hasDatabase) this.#door(`database-${id}`, `The database of ${id}`);
    for (const { id } of plan.programs) this.#door(id, `The program ${id}`);
    for (const program of plan.programs) {
      const own = this.#found(program.id);
      this.#path(own, aws443, HTTPS, 'Keys, secrets, logs and images');
      this.#to(
        own,
        's3',
        { prefixListId: endpoints.s3PrefixListId },
        HTTPS,
        'Buckets and image layers',
      );
      if (needsDatabase(program))
        this.#path(own, this.#found(`database-${program.segment}`), POSTGRES, 'Its database');
      this.#callers(program, edge);
      this.#wayOut(program, settings, endpoints);
    }
    this.registerOutputs({});
  }

  /** The security group of a program, of `edge`, or of `database-<segment>`. */
  of(name: string): pulumi.Output<string> {
    return this.#found(name).id;
  }

  #callers({ id, listens }: PlannedProgram, edge: Door): void {
    if (!listens) return;
    if (listens.public) this.#path(edge, this.#found(id), listens.port, 'Requests, and the probe');
    for (const caller of listens.from ?? [])
      this.#path(this.#found(caller), this.#found(id), listens.port, `Calls of ${caller} to ${id}`);
  }

  // By port only: which hosts are meant is for the firewall of egress.ts, and for the service's own list before it.
  #wayOut({ id, wayOut }: PlannedProgram, { proxy }: Settings, endpoints: Endpoints): void {
    if (wayOut.ports.length === 0) return;
    if (proxy && endpoints.proxy) {
      const to = { name: 'proxy', id: endpoints.proxy.securityGroupId };
      this.#path(this.#found(id), to, proxy.port, 'All calls out');
      return;
    }
    for (const port of wayOut.ports)
      this.#to(
        this.#found(id),
        `out-${port}`,
        { cidrIpv4: ANYWHERE },
        port,
        'Hosts listed in security/egress',
      );
  }

  #found(name: string): Door {
    const door = this.#doors.get(name);
    if (!door) throw new Error(`There is no security group named ${name}.`);
    return door;
  }

  #door(name: string, description: string): Door {
    const group = new aws.ec2.SecurityGroup(
      name,
      { vpcId: this.#vpcId, description, tags: { Name: name } },
      { parent: this },
    );
    const door = { name, id: group.id };
    this.#doors.set(name, door);
    return door;
  }

  #path(from: Door, to: Door, port: number, description: string): void {
    const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port, description };
    const name = `${from.name}-${to.name}`;
    new aws.vpc.SecurityGroupEgressRule(
      name,
      { ...rule, securityGroupId: from.id, referencedSecurityGroupId: to.id },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      name,
      { ...rule, securityGroupId: to.id, referencedSecurityGroupId: from.id },
      { parent: this },
    );
  }

  #to(from: Door, name: string, reached: Reached, port: number, description: string): void {
    new aws.vpc.SecurityGroupEgressRule(
      `${from.name}-${name}`,
      {
        ...reached,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        description,
        securityGroupId: from.id,
      },
      { parent: this },
    );
  }

  #fromAnywhere(to: Door, port: number, description: string): void {
    new aws.vpc.SecurityGroupIngressRule(
      `internet-${to.name}-${port}`,
      {
        cidrIpv4: ANYWHERE,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        description,
        securityGroupId: to.id,
      },
      { parent: this },
    );
  }
}
