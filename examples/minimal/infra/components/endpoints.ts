import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policy } from '../iam.ts';
import type { Plan } from '../plan.ts';
import type { Settings } from '../settings.ts';
import { imageLayers, ownOnly } from './endpoint-policies.ts';
import type { Network, SegmentNetwork } from './network.ts';

export interface EndpointsArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly plan: Plan;
}

/** What every task needs of AWS to start, to log and to use its keys and secrets. */
const SERVICES = ['ecr.api', 'ecr.dkr', 'logs', 'kms', 'secretsmanager'] as const;

/** The services of AWS within the network: no way out is needed for them, and only this account is reached through them. */
export class Endpoints extends pulumi.ComponentResource {
  readonly securityGroupId: pulumi.Output<string>;
  readonly s3PrefixListId: pulumi.Output<string>;
  readonly proxy:
    | { readonly securityGroupId: pulumi.Output<string>; readonly host: pulumi.Output<string> }
    | undefined;

  constructor(name: string, { settings, network, plan }: EndpointsArgs) {
    super('app:infra:Endpoints', name);
    const { region, authorization, proxy } = settings;
    const { vpcId } = network;
    const inside = {
      vpcId,
      vpcEndpointType: 'Interface',
      subnetIds: [...network.endpoints.subnetIds],
    };
    const group = this.#group(name, 'Endpoints of AWS services', vpcId);
    this.securityGroupId = group.id;
    const decides = authorization === 'verified-permissions' ? ['verifiedpermissions'] : [];
    for (const service of [...SERVICES, ...decides])
      new aws.ec2.VpcEndpoint(
        service.replace('.', '-'),
        {
          ...inside,
          serviceName: `com.amazonaws.${region}.${service}`,
          privateDnsEnabled: true,
          securityGroupIds: [group.id],
          policy: policy([ownOnly(settings, service.replace(/\..+$/, ''))]),
          tags: { Name: service },
        },
        { parent: this },
      );
    const s3 = new aws.ec2.VpcEndpoint(
      's3',
      {
        vpcId,
        vpcEndpointType: 'Gateway',
        serviceName: `com.amazonaws.${region}.s3`,
        routeTableIds: plan.segments.flatMap(({ id }) => routeTablesOf(network.segment(id))),
        policy: policy([ownOnly(settings, 's3'), imageLayers(settings)]),
        tags: { Name: 's3' },
      },
      { parent: this },
    );
    this.s3PrefixListId = s3.prefixListId;
    this.proxy =
      proxy && plan.programs.some(({ wayOut }) => wayOut.ports.length > 0)
        ? this.#proxy(inside, proxy.service)
        : undefined;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }

  #proxy(inside: aws.ec2.VpcEndpointArgs, serviceName: string): Endpoints['proxy'] {
    const group = this.#group('proxy', 'The proxy that all calls out go through', inside.vpcId);
    const endpoint = new aws.ec2.VpcEndpoint(
      'proxy',
      { ...inside, serviceName, securityGroupIds: [group.id], tags: { Name: 'proxy' } },
      { parent: this },
    );
    const host = endpoint.dnsEntries.apply(([first]) => first?.dnsName ?? '');
    return { securityGroupId: group.id, host };
  }

  #group(name: string, description: string, vpcId: pulumi.Input<string>): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(
      name,
      { vpcId, description, tags: { Name: name } },
      { parent: this },
    );
  }
}

function routeTablesOf({ app, chosen }: SegmentNetwork): pulumi.Output<string>[] {
  return [...app.routeTableIds, ...(chosen ? chosen.routeTableIds : [])];
}
