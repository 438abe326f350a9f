import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export interface TierArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly zones: readonly string[];
  readonly range: (zone: number) => string;
}

/** Subnets of one purpose, one a zone. Each has a route table of its own, and what nobody routes goes nowhere. */
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
