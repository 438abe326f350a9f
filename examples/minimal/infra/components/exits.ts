import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { sharedRange } from '../addresses.ts';
import type { Settings } from '../settings.ts';
import type { Network } from './network.ts';
import { Tier } from './tier.ts';

export interface ExitsArgs {
  readonly settings: Settings;
  readonly network: Network;
}

/** NAT gateways, in subnets where nothing else is. Who is routed to them, and through what, is for egress.ts. */
export class Exits extends pulumi.ComponentResource {
  readonly zones: readonly string[];
  readonly tier: Tier;
  readonly natGatewayIds: readonly pulumi.Output<string>[];

  constructor(
    name: string,
    { settings, network }: ExitsArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super('app:infra:Exits', name, {}, options);
    this.zones = settings.size.exits === 'one' ? settings.zones.slice(0, 1) : settings.zones;
    this.tier = new Tier(
      'exit',
      { vpcId: network.vpcId, zones: this.zones, range: (zone) => sharedRange('exit', zone) },
      { parent: this },
    );
    this.natGatewayIds = this.tier.subnetIds.map((subnetId, zone) => {
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
    this.registerOutputs({ natGatewayIds: this.natGatewayIds });
  }

  /** The exit for a zone: the only one there is, or its own. */
  of(zone: number): number {
    return Math.min(zone, this.zones.length - 1);
  }
}
