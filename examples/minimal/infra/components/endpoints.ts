import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { Database } from './database.ts';
import { grantable } from './grants.ts';
import type { Hosts } from './hosts.ts';
import type { Statement } from './iam.ts';
import { itself, policy } from './iam.ts';
import type { Network, SegmentNetwork } from './network.ts';
import type { Plan } from './plan.ts';
import type { ServiceRegistry } from './service.ts';

interface EndpointsArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly plan: Plan;
}

/** The AWS services that every task needs to start, to log and to use its keys and secrets. */
const SERVICES = ['ecr.api', 'ecr.dkr', 'logs', 'kms', 'secretsmanager'] as const;

/** VPC endpoints: tasks reach AWS services without egress, and only resources of this account. */
export class Endpoints extends pulumi.ComponentResource {
  readonly securityGroupId: pulumi.Output<string>;
  readonly s3PrefixListId: pulumi.Output<string>;

  constructor(name: string, { settings, network, plan }: EndpointsArgs) {
    super('app:infra:Endpoints', name);
    const { region } = settings;
    const { vpcId } = network;
    const group = new aws.ec2.SecurityGroup(
      name,
      { vpcId, description: 'Endpoints of AWS services', tags: { Name: name } },
      { parent: this },
    );
    this.securityGroupId = group.id;
    for (const service of SERVICES)
      new aws.ec2.VpcEndpoint(
        service.replace('.', '-'),
        {
          vpcId,
          vpcEndpointType: 'Interface',
          subnetIds: [...network.endpoints.subnetIds],
          serviceName: `com.amazonaws.${region}.${service}`,
          privateDnsEnabled: true,
          securityGroupIds: [group.id],
          policy: policy([ownAccountOnly(settings, service.replace(/\..+/, ''))]),
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
        policy: policy([ownAccountOnly(settings, 's3'), imageLayers(settings)]),
        tags: { Name: 's3' },
      },
      { parent: this },
    );
    this.s3PrefixListId = s3.prefixListId;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }
}

function routeTablesOf({ app, chosen }: SegmentNetwork): pulumi.Output<string>[] {
  return [...app.routeTableIds, ...(chosen ? chosen.routeTableIds : [])];
}

/**
 * Grantable calls, by principals of this account, on resources of this account: an attacker cannot carry data to another
 * account with that account's credentials or bucket.
 */
function ownAccountOnly({ accountId }: Settings, prefix: string): Statement {
  return {
    Sid: 'OwnAccountOnly',
    Effect: 'Allow',
    Principal: '*',
    Action: grantable.filter((action) => action.startsWith(`${prefix}:`)),
    // The policy of an endpoint is about calls through this endpoint only.
    Resource: [itself.address],
    Condition: {
      StringEquals: { 'aws:PrincipalAccount': accountId, 'aws:ResourceAccount': accountId },
    },
  };
}

/** ECR keeps image layers in a bucket of AWS and answers with presigned URLs to it. */
function imageLayers({ region }: Settings): Statement {
  return {
    Sid: 'ImageLayers',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject'],
    Resource: [`arn:aws:s3:::${layerBucketName(region)}/*`],
    // ECR signs these URLs, not this account, so TLS is the only possible condition.
    Condition: { Bool: { 'aws:SecureTransport': 'true' } },
  };
}

interface InternalNamesArgs {
  readonly settings: Settings;
  readonly hosts: Hosts;
  readonly buckets: readonly (aws.s3.Bucket | undefined)[];
  /** By segment. */
  readonly databases: ReadonlyMap<string, Database>;
  readonly registry: ServiceRegistry;
}

/** The names that tasks resolve without any listed host: AWS services, buckets, databases, each other, and CNAME targets. */
export function internalNames(args: InternalNamesArgs): readonly pulumi.Input<string>[] {
  const { settings, hosts, buckets, databases, registry } = args;
  const { region, accountId } = settings;
  const services = ['kms', 'secretsmanager', 'logs', 'api.ecr', 's3', 's3-r-w'];
  return [
    ...services.map((service) => `${service}.${region}.amazonaws.com`),
    `${accountId}.dkr.ecr.${region}.amazonaws.com`,
    `${layerBucketName(region)}.s3.${region}.amazonaws.com`,
    ...buckets.flatMap((bucket) =>
      bucket ? [pulumi.interpolate`${bucket.bucket}.s3.${region}.amazonaws.com`] : [],
    ),
    ...registry.names,
    ...hosts.vpc.map(({ host }) => host),
    // Last: production has more of them than a development stack, and the other names keep their place.
    ...[...databases.values()].flatMap(({ names }) => names),
  ];
}

/** The bucket of AWS that holds the image layers of ECR: AWS documents one per region. */
function layerBucketName(region: string): string {
  return `prod-${region}-starport-layer-bucket`;
}
