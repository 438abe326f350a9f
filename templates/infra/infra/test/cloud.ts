import type * as pulumi from '@pulumi/pulumi';
import type { Json, Node } from './graph.ts';

/** The cloud that a captured program meets: whatever it asks for is there, under names of the right shape. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

type Inputs = { readonly [property: string]: Json };

/** IAM's matcher looks at the shape of an ARN: one of a wrong shape would make a proof pass on nothing. */
const arns: Readonly<Record<string, (name: string, inputs: Inputs) => string>> = {
  'aws:accessanalyzer/analyzer:Analyzer': (name) => regional('access-analyzer', `analyzer/${name}`),
  'aws:acmpca/certificateAuthority:CertificateAuthority': (name) =>
    regional('acm-pca', `certificate-authority/${uuid(name)}`),
  'aws:cloudtrail/trail:Trail': (name) => regional('cloudtrail', `trail/${name}`),
  'aws:cloudwatch/eventRule:EventRule': (name) => regional('events', `rule/${name}`),
  'aws:cloudwatch/logGroup:LogGroup': (name) => regional('logs', `log-group:${name}`),
  'aws:cloudwatch/metricAlarm:MetricAlarm': (name) => regional('cloudwatch', `alarm:${name}`),
  'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup': (name) =>
    regional('ec2', `security-group/sg-${hex(name)}`),
  'aws:ec2/securityGroup:SecurityGroup': (name) =>
    regional('ec2', `security-group/sg-${hex(name)}`),
  'aws:ec2/subnet:Subnet': (name) => regional('ec2', `subnet/subnet-${hex(name)}`),
  'aws:ec2/vpc:Vpc': (name) => regional('ec2', `vpc/vpc-${hex(name)}`),
  'aws:ec2/vpcEndpoint:VpcEndpoint': (name) => regional('ec2', `vpc-endpoint/vpce-${hex(name)}`),
  'aws:ecr/repository:Repository': (name) => regional('ecr', `repository/${name}`),
  'aws:ecs/cluster:Cluster': (name) => regional('ecs', `cluster/${name}`),
  // Below its cluster, of whose ARN the last part is the name.
  'aws:ecs/service:Service': (name, inputs) =>
    regional('ecs', `service/${text(inputs['cluster'], 'default').split('/').at(-1)}/${name}`),
  'aws:ecs/taskDefinition:TaskDefinition': (name, inputs) =>
    regional('ecs', `task-definition/${text(inputs['family'], name)}:1`),
  'aws:guardduty/detector:Detector': (name) => regional('guardduty', `detector/${hex(name)}`),
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider': () =>
    global('iam', 'oidc-provider/token.actions.githubusercontent.com'),
  'aws:iam/policy:Policy': (name) => global('iam', `policy/${name}`),
  'aws:iam/role:Role': (name) => global('iam', `role/${name}`),
  'aws:kms/key:Key': (name) => regional('kms', `key/${uuid(name)}`),
  'aws:kms/alias:Alias': (name) => regional('kms', `alias/${name.replace(/^alias\//, '')}`),
  'aws:lambda/function:Function': (name) => regional('lambda', `function:${name}`),
  'aws:lb/listener:Listener': (name) =>
    regional('elasticloadbalancing', `listener/app/${name}/${hex(name)}/${hex(name)}`),
  'aws:lb/loadBalancer:LoadBalancer': (name) =>
    regional('elasticloadbalancing', `loadbalancer/app/${name}/${hex(name)}`),
  'aws:lb/targetGroup:TargetGroup': (name) =>
    regional('elasticloadbalancing', `targetgroup/${name}/${hex(name)}`),
  'aws:networkfirewall/firewall:Firewall': (name) =>
    regional('network-firewall', `firewall/${name}`),
  'aws:networkfirewall/firewallPolicy:FirewallPolicy': (name) =>
    regional('network-firewall', `firewall-policy/${name}`),
  'aws:networkfirewall/ruleGroup:RuleGroup': (name) =>
    regional('network-firewall', `stateful-rulegroup/${name}`),
  'aws:rds/cluster:Cluster': (name) => regional('rds', `cluster:${name}`),
  'aws:rds/clusterInstance:ClusterInstance': (name) => regional('rds', `db:${name}`),
  'aws:rds/clusterParameterGroup:ClusterParameterGroup': (name) =>
    regional('rds', `cluster-pg:${name}`),
  'aws:rds/subnetGroup:SubnetGroup': (name) => regional('rds', `subgrp:${name}`),
  'aws:s3/bucket:Bucket': (name) => `arn:aws:s3:::${name}`,
  'aws:secretsmanager/secret:Secret': (name) =>
    regional('secretsmanager', `secret:${name}-${hex(name).slice(0, 6)}`),
  'aws:sesv2/configurationSet:ConfigurationSet': (name) =>
    regional('ses', `configuration-set/${name}`),
  'aws:sesv2/emailIdentity:EmailIdentity': (name) => regional('ses', `identity/${name}`),
  'aws:sns/topic:Topic': (name) => regional('sns', name),
  'aws:sqs/queue:Queue': (name) => regional('sqs', name),
  'aws:verifiedpermissions/policyStore:PolicyStore': (name) =>
    global('verifiedpermissions', `policy-store/${hex(name)}`),
  'aws:wafv2/webAcl:WebAcl': (name) => regional('wafv2', `regional/webacl/${name}/${uuid(name)}`),
};

/** The property in which a resource is given the name that AWS knows it by. */
const named = [
  'analyzerName',
  'identifier',
  'clusterIdentifier',
  'emailIdentity',
  'configurationSetName',
  'bucket',
  'name',
] as const;

/** Those that Pulumi knows by their ARN. */
const knownByArn =
  /^aws:(acmpca|cloudtrail|ecs\/cluster|ecs\/service|iam\/openId|iam\/policy:|lb\/|networkfirewall|secretsmanager\/secret:|sns\/topic:)/;
const prefixes: Readonly<Record<string, string>> = {
  'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup': 'sg',
  'aws:ec2/eip:Eip': 'eipalloc',
  'aws:ec2/internetGateway:InternetGateway': 'igw',
  'aws:ec2/natGateway:NatGateway': 'nat',
  'aws:ec2/networkAcl:NetworkAcl': 'acl',
  'aws:ec2/routeTable:RouteTable': 'rtb',
  'aws:ec2/securityGroup:SecurityGroup': 'sg',
  'aws:ec2/subnet:Subnet': 'subnet',
  'aws:ec2/vpc:Vpc': 'vpc',
  'aws:ec2/vpcEndpoint:VpcEndpoint': 'vpce',
  'aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList': 'rslvr-fdl',
  'aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup': 'rslvr-frg',
};

export function arnOf(type: string, name: string, inputs: Inputs): string {
  const physical = physicalName(name, inputs);
  const [service = ''] = (type.split(':')[1] ?? '').split('/');
  return arns[type]?.(physical, inputs) ?? regional(service, physical);
}

export function idOf(type: string, name: string, inputs: Inputs): string {
  const prefix = prefixes[type];
  if (prefix !== undefined) return `${prefix}-${hex(physicalName(name, inputs))}`;
  if (knownByArn.test(type)) return arnOf(type, name, inputs);
  if (type === 'aws:kms/key:Key') return uuid(physicalName(name, inputs));
  return physicalName(name, inputs);
}

function physicalName(name: string, inputs: Inputs): string {
  for (const property of named) {
    const given = inputs[property];
    if (typeof given === 'string' && given !== '') return given;
  }
  return name;
}

/** What AWS fills in and other resources are made from. */
export function made({
  type,
  name,
  inputs,
}: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
  const given = inputs as Inputs;
  const [id, arn, physical] = [
    idOf(type, name, given),
    arnOf(type, name, given),
    physicalName(name, given),
  ];
  return {
    id,
    state: {
      name: physical,
      ...given,
      arn,
      ...filledIn(type, physical, arn, id),
    },
  };
}

function filledIn(type: string, name: string, arn: string, id: string): Record<string, unknown> {
  switch (type) {
    case 'aws:ec2/vpc:Vpc':
      return {
        defaultSecurityGroupId: `sg-${hex('default')}`,
        defaultNetworkAclId: `acl-${hex('default')}`,
        defaultRouteTableId: `rtb-${hex('default')}`,
        mainRouteTableId: `rtb-${hex('default')}`,
      };
    case 'aws:ec2/vpcEndpoint:VpcEndpoint':
      return {
        prefixListId: `pl-${hex(name)}`,
        networkInterfaceIds: [`eni-${hex(name)}`],
        dnsEntries: [{ dnsName: `${id}.vpce.amazonaws.com`, hostedZoneId: 'Z1' }],
      };
    case 'aws:ecs/taskDefinition:TaskDefinition':
      return { arnWithoutRevision: arn.replace(/:1$/, ''), revision: 1 };
    case 'aws:kms/key:Key':
      return { keyId: id };
    case 'aws:lb/loadBalancer:LoadBalancer':
      return {
        dnsName: `${name}.elb.amazonaws.com`,
        zoneId: 'Z2',
        arnSuffix: `app/${name}/${hex(name)}`,
      };
    case 'aws:lb/targetGroup:TargetGroup':
      return { arnSuffix: `targetgroup/${name}/${hex(name)}` };
    case 'aws:networkfirewall/firewall:Firewall':
      return {
        firewallStatuses: [
          {
            syncStates: zones.map((zone) => ({
              availabilityZone: zone,
              attachments: [{ endpointId: `vpce-${hex(zone)}`, subnetId: `subnet-${hex(zone)}` }],
            })),
          },
        ],
      };
    case 'aws:rds/cluster:Cluster':
      return {
        endpoint: `${name}.cluster-abc.${REGION}.rds.amazonaws.com`,
        port: 5432,
        clusterResourceId: resourceId(name),
        masterUserSecrets: [
          {
            secretArn: masterSecret(name),
            secretStatus: 'active',
            kmsKeyId: '',
          },
        ],
      };
    case 'aws:s3/bucket:Bucket':
      return {
        bucket: name,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${name}.s3.${REGION}.amazonaws.com`,
      };
    case 'aws:verifiedpermissions/policyStore:PolicyStore':
      return { policyStoreId: hex(name) };
    case 'aws:iam/role:Role':
      return { uniqueId: `AROA${hex(name).toUpperCase()}` };
    case 'aws:sesv2/emailIdentity:EmailIdentity':
      return {
        dkimSigningAttributes: {
          tokens: ['a', 'b', 'c'].map((token) => hex(name + token)),
          signingAttributesOrigin: 'AWS_SES',
        },
      };
    default:
      return {};
  }
}

const zones = ['a', 'b', 'c'].map((letter) => `${REGION}${letter}`);

/** What the program may look up. It is a short list: the proofs cannot see what the cloud would answer. */
export function lookedUp(token: string): Record<string, unknown> | undefined {
  switch (token) {
    case 'aws:ec2/getManagedPrefixList:getManagedPrefixList':
      return { id: `pl-${hex('s3')}` };
    default:
      return undefined;
  }
}

function regional(service: string, rest: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
}

function global(service: string, rest: string): string {
  return `arn:aws:${service}::${ACCOUNT}:${rest}`;
}

/** What a login of a database is granted by: the cluster's name is not in it. */
export function resourceIdOf(cluster: Node): string {
  return resourceId(physicalName(cluster.name, cluster.inputs));
}

/** RDS makes it beside the database, so no resource stands for it. */
export function masterSecretOf(cluster: Node): string {
  return masterSecret(physicalName(cluster.name, cluster.inputs));
}

function masterSecret(name: string): string {
  return regional('secretsmanager', `secret:rds!cluster-${uuid(name)}-${hex(name).slice(0, 6)}`);
}

function resourceId(name: string): string {
  return `cluster-${hex(name).toUpperCase()}`;
}

/** 16 hexadecimal digits of its own for each name, the same in every run: FNV-1a, twice. */
function hex(name: string): string {
  return fnv(name) + fnv(`${name}.`);
}

function fnv(value: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) {
    hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

function uuid(name: string): string {
  const digits = hex(name) + hex(`${name}-`);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}

function text(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
