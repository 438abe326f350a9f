import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Plan, PlannedProgram } from '../plan.ts';
import { needsDatabase } from '../plan.ts';
import type { Settings } from '../settings.ts';
import type { Endpoints } from './endpoints.ts';
import type { Network } from './network.ts';
import type { Door } from './paths.ts';
import { ANYWHERE, openFromAnywhere, openPath, openTo } from './paths.ts';

export interface DoorsArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly endpoints: Endpoints;
  readonly plan: Plan;
}

const HTTPS = 443;
const POSTGRES = 5432;

/** Who may open a connection to whom. Both ends say so, by reference; what is not here is closed. (HOOK-4) */
export class Doors extends pulumi.ComponentResource {
  readonly #vpcId: pulumi.Output<string>;
  readonly #doors = new Map<string, Door>();

  constructor(name: string, { settings, network, endpoints, plan }: DoorsArgs) {
    super('app:infra:Doors', name);
    this.#vpcId = network.vpcId;
    const aws443 = { name: 'endpoints', id: endpoints.securityGroupId };
    const edge = this.#door('edge', 'The load balancer');
    openFromAnywhere(edge, HTTPS, 'Requests of clients', this);
    openFromAnywhere(edge, 80, 'Answered with a redirect to HTTPS, and nothing else', this);
    for (const { id, hasDatabase } of plan.segments)
      if (hasDatabase) this.#door(`database-${id}`, `The database of ${id}`);
    for (const { id } of plan.programs) this.#door(id, `The program ${id}`);
    for (const program of plan.programs) {
      const own = this.#found(program.id);
      openPath(own, aws443, HTTPS, 'Keys, secrets, logs and images', this);
      openTo(
        own,
        's3',
        { prefixListId: endpoints.s3PrefixListId },
        HTTPS,
        'Buckets and image layers',
        this,
      );
      if (needsDatabase(program))
        openPath(own, this.#found(`database-${program.segment}`), POSTGRES, 'Its database', this);
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
    if (listens.public)
      openPath(edge, this.#found(id), listens.port, 'Requests, and the probe', this);
    for (const caller of listens.from ?? [])
      openPath(
        this.#found(caller),
        this.#found(id),
        listens.port,
        `Calls of ${caller} to ${id}`,
        this,
      );
  }

  // By port only: which hosts are meant is for the firewall of egress.ts, and for the service's own list before it.
  #wayOut({ id, wayOut }: PlannedProgram, { proxy }: Settings, endpoints: Endpoints): void {
    if (wayOut.ports.length === 0) return;
    if (proxy && endpoints.proxy) {
      const to = { name: 'proxy', id: endpoints.proxy.securityGroupId };
      openPath(this.#found(id), to, proxy.port, 'All calls out', this);
      return;
    }
    for (const port of wayOut.ports)
      openTo(
        this.#found(id),
        `out-${port}`,
        { cidrIpv4: ANYWHERE },
        port,
        'Hosts listed in security/egress',
        this,
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
}
