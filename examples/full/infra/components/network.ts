import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { PlannedSegment } from './plan.ts';
import { NETWORK, requireRoom, segmentRange, sharedRange } from './plan.ts';

interface NetworkArgs {
  readonly settings: Settings;
  readonly segments: readonly PlannedSegment[];
  /** The bucket of the flow logs. */
  readonly trafficLogs: aws.s3.Bucket;
}

export interface SegmentNetwork {
  readonly app: Tier;
  readonly data?: Tier;
  /** For programs that call hosts that users choose. */
  readonly chosen?: Tier;
}

/** The VPC. Only load-balancer.ts opens it to the internet, and only egress.ts routes out of it. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly internetGatewayId: pulumi.Output<string>;
  readonly edge: Tier;
  readonly endpoints: Tier;
  readonly #segments = new Map<string, SegmentNetwork>();

  constructor(name: string, { settings, segments, trafficLogs }: NetworkArgs) {
    super('app:infra:Network', name);
    requireRoom(segments.map(({ id }) => id));
    const vpc = new aws.ec2.Vpc(
      name,
      {
        cidrBlock: NETWORK,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: { Name: `${settings.project}-${settings.environment}` },
      },
      { parent: this },
    );
    this.vpcId = vpc.id;
    this.#emptyDefaults(name, vpc);
    this.#logFlows(name, vpc, trafficLogs);
    const gateway = new aws.ec2.InternetGateway(name, { vpcId: vpc.id }, { parent: this });
    this.internetGatewayId = gateway.id;
    const { zones } = settings;
    const tier = (called: string, range: (zone: number) => string): Tier =>
      new Tier(called, { vpcId: vpc.id, zones, range }, { parent: this });
    this.edge = tier('edge', (zone) => sharedRange('edge', zone));
    this.#routeEdge();
    this.endpoints = tier('endpoints', (zone) => sharedRange('endpoints', zone));
    for (const { id, hasDatabase, programs } of segments) {
      const app = tier(`${id}-app`, (zone) => segmentRange(id, 'app', zone));
      const data = hasDatabase && tier(`${id}-data`, (zone) => segmentRange(id, 'data', zone));
      const hasChosen = programs.some(({ wayOut }) => wayOut.isChosen);
      const chosen = hasChosen && tier(`${id}-chosen`, (zone) => segmentRange(id, 'chosen', zone));
      if (data) restrictDataTier(id, vpc.id, data, [app, ...(chosen ? [chosen] : [])], this);
      this.#segments.set(id, { app, ...(data && { data }), ...(chosen && { chosen }) });
    }
    this.registerOutputs({ vpcId: this.vpcId });
  }

  segment(id: string): SegmentNetwork {
    const found = this.#segments.get(id);
    if (!found) throw new Error(`There is no segment named ${id}.`);
    return found;
  }

  // A resource without a security group or route table gets the defaults. Empty ones connect it to nothing.
  #emptyDefaults(name: string, vpc: aws.ec2.Vpc): void {
    new aws.ec2.DefaultSecurityGroup(
      name,
      { vpcId: vpc.id, ingress: [], egress: [] },
      { parent: this },
    );
    new aws.ec2.DefaultRouteTable(
      name,
      { defaultRouteTableId: vpc.defaultRouteTableId, routes: [] },
      { parent: this },
    );
  }

  #logFlows(name: string, vpc: aws.ec2.Vpc, { arn }: aws.s3.Bucket): void {
    new aws.ec2.FlowLog(
      name,
      {
        vpcId: vpc.id,
        trafficType: 'ALL',
        logDestinationType: 's3',
        logDestination: pulumi.interpolate`${arn}/flow`,
        maxAggregationInterval: 60,
      },
      { parent: this },
    );
  }

  #routeEdge(): void {
    for (const [zone, routeTableId] of this.edge.routeTableIds.entries())
      new aws.ec2.Route(
        `edge-${zone}`,
        { routeTableId, destinationCidrBlock: '0.0.0.0/0', gatewayId: this.internetGatewayId },
        { parent: this },
      );
  }
}

interface TierArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly zones: readonly string[];
  readonly range: (zone: number) => string;
}

/** Subnets of one purpose, one per zone. Each has its own route table, which is empty until a route is added. */
export class Tier extends pulumi.ComponentResource {
  readonly name: string;
  readonly ranges: readonly string[];
  readonly subnetIds: readonly pulumi.Output<string>[];
  readonly routeTableIds: readonly pulumi.Output<string>[];

  constructor(
    name: string,
    { vpcId, zones, range }: TierArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super('app:infra:Tier', name, {}, options);
    this.name = name;
    const made = zones.map((availabilityZone, zone) => {
      const called = `${name}-${availabilityZone.slice(-1)}`;
      const tags = { Name: called };
      const subnet = new aws.ec2.Subnet(
        called,
        { vpcId, availabilityZone, cidrBlock: range(zone), mapPublicIpOnLaunch: false, tags },
        { parent: this },
      );
      const table = new aws.ec2.RouteTable(called, { vpcId, tags }, { parent: this });
      new aws.ec2.RouteTableAssociation(
        called,
        { subnetId: subnet.id, routeTableId: table.id },
        { parent: this },
      );
      return { subnet, table };
    });
    this.ranges = zones.map((_, zone) => range(zone));
    this.subnetIds = made.map(({ subnet }) => subnet.id);
    this.routeTableIds = made.map(({ table }) => table.id);
    this.registerOutputs({ subnetIds: this.subnetIds });
  }
}

const POSTGRES = 5432;
// The ports that a program may have connected from, for the answers.
const EPHEMERAL = { fromPort: 1_024, toPort: 65_535 };

/** A network ACL around the database: a wrong security group rule alone does not open it to another segment. */
function restrictDataTier(
  segment: string,
  vpcId: pulumi.Input<string>,
  data: Tier,
  from: readonly Tier[],
  parent: pulumi.Resource,
): void {
  const rules = from
    .flatMap(({ ranges }) => ranges)
    .map((cidrBlock, index) => ({
      cidrBlock,
      protocol: 'tcp',
      action: 'allow',
      ruleNo: 100 + index,
    }));
  new aws.ec2.NetworkAcl(
    `${segment}-data`,
    {
      vpcId,
      subnetIds: [...data.subnetIds],
      ingress: rules.map((rule) => ({ ...rule, fromPort: POSTGRES, toPort: POSTGRES })),
      egress: rules.map((rule) => ({ ...rule, ...EPHEMERAL })),
    },
    { parent },
  );
}

/** NAT gateways, alone in their subnets. egress.ts decides which subnets are routed to them. */
export class NatGateways extends pulumi.ComponentResource {
  readonly zones: readonly string[];
  readonly tier: Tier;
  readonly ids: readonly pulumi.Output<string>[];

  constructor(
    name: string,
    { settings, network }: { readonly settings: Settings; readonly network: Network },
    options: pulumi.ComponentResourceOptions,
  ) {
    super('app:infra:Exits', name, {}, options);
    this.zones = settings.size.natGateways === 'one' ? settings.zones.slice(0, 1) : settings.zones;
    this.tier = new Tier(
      'exit',
      { vpcId: network.vpcId, zones: this.zones, range: (zone) => sharedRange('exit', zone) },
      { parent: this },
    );
    this.ids = this.tier.subnetIds.map((subnetId, zone) => {
      const route = new aws.ec2.Route(
        `exit-${zone}`,
        {
          routeTableId: this.tier.routeTableIds[zone] as pulumi.Output<string>,
          destinationCidrBlock: '0.0.0.0/0',
          gatewayId: network.internetGatewayId,
        },
        { parent: this },
      );
      const tags = { Name: `exit-${zone}` };
      const address = new aws.ec2.Eip(`exit-${zone}`, { domain: 'vpc', tags }, { parent: this });
      const gateway = new aws.ec2.NatGateway(
        `exit-${zone}`,
        { subnetId, allocationId: address.id, tags },
        { parent: this, dependsOn: [route] },
      );
      return gateway.id;
    });
    this.registerOutputs({ natGatewayIds: this.ids });
  }

  /** The index of the gateway for a zone: the only one, or its own. */
  indexFor(zone: number): number {
    return Math.min(zone, this.zones.length - 1);
  }
}
