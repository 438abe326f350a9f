import { createHash } from 'node:crypto';
import type * as pulumi from '@pulumi/pulumi';
import type { Json, Node } from './graph.ts';

/** The account and region that stand in for AWS in a capture. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

type Inputs = { readonly [property: string]: Json };

/** ARNs in their real shape: IAM compares ARNs part by part, and a wrong shape would make a proof meaningless. */
const ARNS = new Map(
  `
accessanalyzer/analyzer:Analyzer access-analyzer:@:analyzer/<name>
cloudtrail/trail:Trail cloudtrail:@:trail/<name>
cloudwatch/eventRule:EventRule events:@:rule/<name>
cloudwatch/logGroup:LogGroup logs:@:log-group:<name>
cloudwatch/metricAlarm:MetricAlarm cloudwatch:@:alarm:<name>
ec2/defaultSecurityGroup:DefaultSecurityGroup ec2:@:security-group/sg-<hex>
ec2/eip:Eip ec2:@:elastic-ip/eipalloc-<hex>
ec2/internetGateway:InternetGateway ec2:@:internet-gateway/igw-<hex>
ec2/natGateway:NatGateway ec2:@:natgateway/nat-<hex>
ec2/networkAcl:NetworkAcl ec2:@:network-acl/acl-<hex>
ec2/routeTable:RouteTable ec2:@:route-table/rtb-<hex>
ec2/securityGroup:SecurityGroup ec2:@:security-group/sg-<hex>
ec2/subnet:Subnet ec2:@:subnet/subnet-<hex>
ec2/vpc:Vpc ec2:@:vpc/vpc-<hex>
ec2/vpcEndpoint:VpcEndpoint ec2:@:vpc-endpoint/vpce-<hex>
ecr/repository:Repository ecr:@:repository/<name>
ecs/cluster:Cluster ecs:@:cluster/<name>
ecs/service:Service ecs:@:service/<cluster>/<name>
ecs/taskDefinition:TaskDefinition ecs:@:task-definition/<family>:1
guardduty/detector:Detector guardduty:@:detector/<hex>
iam/openIdConnectProvider:OpenIdConnectProvider iam::oidc-provider/token.actions.githubusercontent.com
iam/policy:Policy iam::policy/<name>
iam/role:Role iam::role/<name>
kms/key:Key kms:@:key/<uuid>
lb/listener:Listener elasticloadbalancing:@:listener/app/<name>/<hex>/<hex>
lb/loadBalancer:LoadBalancer elasticloadbalancing:@:loadbalancer/app/<name>/<hex>
lb/targetGroup:TargetGroup elasticloadbalancing:@:targetgroup/<name>/<hex>
networkfirewall/firewall:Firewall network-firewall:@:firewall/<name>
networkfirewall/firewallPolicy:FirewallPolicy network-firewall:@:firewall-policy/<name>
networkfirewall/ruleGroup:RuleGroup network-firewall:@:stateful-rulegroup/<name>
rds/cluster:Cluster rds:@:cluster:<name>
rds/clusterInstance:ClusterInstance rds:@:db:<name>
rds/clusterParameterGroup:ClusterParameterGroup rds:@:cluster-pg:<name>
rds/subnetGroup:SubnetGroup rds:@:subgrp:<name>
route53/resolverFirewallDomainList:ResolverFirewallDomainList route53resolver:@:firewall-domain-list/rslvr-fdl-<hex>
route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup route53resolver:@:firewall-rule-group/rslvr-frg-<hex>
secretsmanager/secret:Secret secretsmanager:@:secret:<name>-<hex6>
sesv2/configurationSet:ConfigurationSet ses:@:configuration-set/<name>
sesv2/emailIdentity:EmailIdentity ses:@:identity/<name>
wafv2/webAcl:WebAcl wafv2:@:regional/webacl/<name>/<uuid>
`
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [type: string, shape: string]),
);

/** The properties that hold the name of a resource in AWS. */
const NAMES = [
  'analyzerName',
  'identifier',
  'clusterIdentifier',
  'emailIdentity',
  'configurationSetName',
  'bucket',
  'name',
];

/** Types whose id in Pulumi is their ARN. */
const ID_IS_ARN =
  /^aws:(cloudtrail|ecs\/cluster|ecs\/service|iam\/openId|iam\/policy:|lb\/|networkfirewall|secretsmanager\/secret:|sns\/topic:)/;
/** ARNs that end in the id of the resource. */
const ENDS_IN_ID = /(-<hex>|key\/<uuid>)$/;

export function arnOf(type: string, name: string, inputs: Inputs): string {
  const physical = physicalName(name, inputs);
  if (type === 'aws:s3/bucket:Bucket') return `arn:aws:s3:::${physical}`;
  return (
    `arn:aws:${shapeOf(type)}`
      .replace(':@:', `:${REGION}:${ACCOUNT}:`)
      .replace(/(?<=^arn:aws:\w+:):(?=[a-z])/, `:${ACCOUNT}:`)
      .replace('<name>', physical)
      .replace('<family>', text(inputs['family'], physical))
      // The last part of the cluster's ARN is its name.
      .replace('<cluster>', text(inputs['cluster'], 'default').split('/').at(-1) ?? '')
      .replaceAll('<hex>', hex(physical))
      .replace('<hex6>', hex(physical).slice(0, 6))
      .replace('<uuid>', uuid(physical))
  );
}

function shapeOf(type: string): string {
  const [, service = ''] = /:([^/]+)/.exec(type) ?? [];
  return ARNS.get(type.replace('aws:', '')) ?? `${service}:@:<name>`;
}

export function idOf(type: string, name: string, inputs: Inputs): string {
  const arn = arnOf(type, name, inputs);
  if (ID_IS_ARN.test(type)) return arn;
  return ENDS_IN_ID.test(shapeOf(type)) ? arn.replace(/^.*\//, '') : physicalName(name, inputs);
}

function physicalName(name: string, inputs: Inputs): string {
  const given = NAMES.map((property) => inputs[property]).find(
    (value) => typeof value === 'string' && value !== '',
  );
  return text(given, name);
}

/** Creates a resource: the outputs that AWS computes, as far as the program uses them. */
export function createResource({
  type,
  name: logical,
  inputs,
}: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
  const given = inputs as Inputs;
  const [id, name] = [idOf(type, logical, given), physicalName(logical, given)];
  const computed = COMPUTED[type]?.(name, id) ?? {};
  return { id, state: { name, ...given, arn: arnOf(type, logical, given), ...computed } };
}

const COMPUTED: Readonly<Record<string, (name: string, id: string) => Record<string, unknown>>> = {
  'aws:ec2/vpc:Vpc': () => ({ defaultRouteTableId: `rtb-${hex('default')}` }),
  'aws:ec2/vpcEndpoint:VpcEndpoint': (name, id) => ({
    prefixListId: `pl-${hex(name)}`,
    dnsEntries: [{ dnsName: `${id}.vpce.amazonaws.com` }],
  }),
  'aws:kms/key:Key': (_name, keyId) => ({ keyId }),
  'aws:lb/loadBalancer:LoadBalancer': (name) => ({
    dnsName: `${name}.elb.amazonaws.com`,
    arnSuffix: `app/${name}/${hex(name)}`,
  }),
  'aws:lb/targetGroup:TargetGroup': (name) => ({ arnSuffix: `targetgroup/${name}/${hex(name)}` }),
  'aws:networkfirewall/firewall:Firewall': () => ({
    firewallStatuses: [
      {
        syncStates: ['a', 'b', 'c'].map((letter) => ({
          availabilityZone: `${REGION}${letter}`,
          attachments: [{ endpointId: `vpce-${hex(letter)}`, subnetId: `subnet-${hex(letter)}` }],
        })),
      },
    ],
  }),
  'aws:rds/cluster:Cluster': (name) => ({
    endpoint: `${name}.cluster-abc.${REGION}.rds.amazonaws.com`,
    port: 5432,
    clusterResourceId: resourceId(name),
    masterUserSecrets: [{ secretArn: masterSecret(name) }],
  }),
  'aws:s3/bucket:Bucket': (bucket) => ({ bucket }),
};

/** A grant of a database login names this id, which does not hold the name of the cluster. */
export function resourceIdOf(cluster: Node): string {
  return resourceId(physicalName(cluster.name, cluster.inputs));
}

/** RDS creates the master secret, so the graph has no node for it. */
export function masterSecretOf(cluster: Node): string {
  return masterSecret(physicalName(cluster.name, cluster.inputs));
}

function masterSecret(name: string): string {
  return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds!cluster-${uuid(name)}-${hex(name).slice(0, 6)}`;
}

function resourceId(name: string): string {
  return `cluster-${hex(name).toUpperCase()}`;
}

/** 16 hexadecimal digits per name, the same in every run. */
function hex(name: string): string {
  return digest(name).slice(0, 16);
}

function uuid(name: string): string {
  return digest(name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function text(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
