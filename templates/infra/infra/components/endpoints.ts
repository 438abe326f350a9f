import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Statement } from '../iam.ts';
import { grantable, policy } from '../iam.ts';
import type { Plan } from '../plan.ts';
import type { Settings } from '../settings.ts';
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

/**
 * Calls that some program could be granted, by this account and for what is this account's: with credentials or a bucket
 * of somebody else's, nothing is carried away here.
 */
function ownOnly({ accountId }: Settings, prefix: string): Statement {
  return {
    Sid: 'OwnAccountOnly',
    Effect: 'Allow',
    Principal: '*',
    Action: grantable.filter((action) => action.startsWith(`${prefix}:`)),
    Resource: ['*'],
    Condition: {
      StringEquals: { 'aws:PrincipalAccount': accountId, 'aws:ResourceAccount': accountId },
    },
  };
}

/** ECR keeps the layers of images in a bucket of its own, and answers with signed addresses there. */
function imageLayers({ region }: Settings): Statement {
  return {
    Sid: 'ImageLayers',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject'],
    Resource: [`arn:aws:s3:::${layerBucket(region)}/*`],
  };
}

/** Documented by AWS, one a region. */
export function layerBucket(region: string): string {
  return `prod-${region}-starport-layer-bucket`;
}
