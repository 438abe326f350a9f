import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { NETWORK, requireRoom, segmentRange, sharedRange } from '../addresses.ts';
import type { PlannedSegment } from '../plan.ts';
import type { Settings } from '../settings.ts';
import { wallIn } from './data-wall.ts';
import { Tier } from './tier.ts';

export interface NetworkArgs {
  readonly settings: Settings;
  readonly segments: readonly PlannedSegment[];
  /** Where the headers of all traffic are kept. */
  readonly trafficLogs: aws.s3.Bucket;
}

export interface SegmentNetwork {
  readonly app: Tier;
  readonly data?: Tier;
  /** For programs that call what users choose. */
  readonly chosen?: Tier;
}

/** The network: nothing in it reaches the internet, or is reached from there, but what edge.ts and egress.ts add. */
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
    const { arn } = trafficLogs;
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
      if (data) wallIn(id, vpc.id, data, [app, ...(chosen ? [chosen] : [])], this);
      this.#segments.set(id, { app, ...(data && { data }), ...(chosen && { chosen }) });
    }
    this.registerOutputs({ vpcId: this.vpcId });
  }

  segment(id: string): SegmentNetwork {
    const found = this.#segments.get(id);
    if (!found) throw new Error(`There is no segment named ${id}.`);
    return found;
  }

  // What is put nowhere in particular gets these: with them it reaches nothing, and nothing reaches it.
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

  #routeEdge(): void {
    for (const [zone, routeTableId] of this.edge.routeTableIds.entries())
      new aws.ec2.Route(
        `edge-${zone}`,
        { routeTableId, destinationCidrBlock: '0.0.0.0/0', gatewayId: this.internetGatewayId },
        { parent: this },
      );
  }
}
