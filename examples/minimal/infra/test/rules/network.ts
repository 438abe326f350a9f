import type { Graph, Node } from '../graph.ts';
import { at, listAt, named, ofType, textAt } from '../graph.ts';
import { each, rule, statementsAt } from '../rule.ts';

const INGRESS = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const EGRESS = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';
const GROUP = 'aws:ec2/securityGroup:SecurityGroup';
const ANYWHERE = ['0.0.0.0/0', '::/0'];

export const networkRules = [
  rule(
    'SG-01',
    'The internet reaches the load balancer on 443, and on 80 for the redirect, and nothing else.',
    { checkov: ['CKV_AWS_24', 'CKV_AWS_25', 'CKV_AWS_260', 'CKV_AWS_277'], nag: ['EC23'] },
    each([INGRESS], (node, graph) => {
      if (!isAnywhere(node))
        return textAt(node.inputs, 'cidrIpv4') !== '' && 'is opened to addresses';
      const port = singlePort(node);
      if (port !== 443 && port !== 80) return `is open to the internet on ${String(port)}`;
      const group = textAt(node.inputs, 'securityGroupId');
      return !groupsOfBalancers(graph).includes(group) && 'is open to the internet';
    }),
  ),
  rule(
    'SG-02',
    'A way out is one port: never all of them, never every protocol.',
    { checkov: ['CKV_AWS_382'] },
    each([EGRESS, INGRESS], (node) =>
      singlePort(node) === undefined ? 'is about more than one port or protocol' : undefined,
    ),
  ),
  rule(
    'SG-03',
    'Every rule says what it is for, and what is put nowhere in particular reaches nothing.',
    { checkov: ['CKV_AWS_23', 'CKV2_AWS_12'] },
    function* (graph) {
      for (const node of ofType(graph, INGRESS, EGRESS, GROUP))
        if (textAt(node.inputs, 'description') === '') yield [node, 'does not say what it is for'];
      for (const node of ofType(graph, 'aws:ec2/vpc:Vpc'))
        if (!hasEmptyDefault(graph, node))
          yield [node, 'has a default group that lets something through'];
    },
  ),
  rule(
    'SG-04',
    'Rules are resources of their own: one that is written into a group is not seen by the others.',
    {},
    each([GROUP, 'aws:ec2/securityGroupRule:SecurityGroupRule'], ({ type, inputs }) => {
      if (type !== GROUP) return 'is the older kind of rule';
      return (
        listAt(inputs, 'ingress').length + listAt(inputs, 'egress').length > 0 &&
        'has rules written into it'
      );
    }),
  ),
  rule(
    'NET-01',
    'Nothing gets an address of the internet by being started.',
    { checkov: ['CKV_AWS_130', 'CKV_AWS_333'] },
    each(['aws:ec2/subnet:Subnet'], ({ inputs }) =>
      inputs['mapPublicIpOnLaunch'] === true ? 'gives out public addresses' : undefined,
    ),
  ),
  rule(
    'NET-02',
    'An endpoint carries nothing to another account.',
    { checkov: ['CKV_AWS_123'] },
    each(['aws:ec2/vpcEndpoint:VpcEndpoint'], (node) => {
      // That of somebody else's service has no policy: what passes is theirs to judge.
      if (/\.vpce-svc-[0-9a-f]+$/.test(textAt(node.inputs, 'serviceName'))) return undefined;
      const said = statementsAt(node, 'policy');
      if (said.length === 0) return 'has no policy';
      return said.some(({ effect, conditions, resources }) => {
        const isOwn = conditions.has('StringEquals aws:PrincipalAccount');
        return effect === 'Allow' && !isOwn && resources.some((resource) => resource === '*');
      })
        ? 'lets anybody through to anything'
        : undefined;
    }),
  ),
  rule(
    'NET-03',
    'The network keeps on record who spoke to whom.',
    { checkov: ['CKV2_AWS_11'], nag: ['VPC7'] },
    each(['aws:ec2/vpc:Vpc'], ({ id }, graph) =>
      ofType(graph, 'aws:ec2/flowLog:FlowLog').some(
        ({ inputs }) => inputs['vpcId'] === id && inputs['trafficType'] === 'ALL',
      )
        ? undefined
        : 'keeps no record of its traffic',
    ),
  ),
  rule(
    'NET-04',
    'The internet is routed to the load balancer and to the exits alone; data has no way out at all.',
    { checkov: ['CKV2_AWS_44'], nag: ['VPC3'] },
    each(['aws:ec2/route:Route'], (node, graph) => {
      const tables = textAt(node.inputs, 'routeTableId');
      const subnets = subnetsOf(graph, tables);
      if (subnets.some((subnet) => holdsData(graph, subnet))) return 'leads out of where data is';
      if (textAt(node.inputs, 'gatewayId') === '') return undefined;
      return subnets.every((subnet) => facesInternet(graph, subnet))
        ? undefined
        : 'leads from the internet to where programs run';
    }),
  ),
];

function isAnywhere({ inputs }: Node): boolean {
  return ANYWHERE.some((range) => inputs['cidrIpv4'] === range || inputs['cidrIpv6'] === range);
}

function singlePort({ inputs }: Node): number | undefined {
  const { fromPort, toPort, ipProtocol } = inputs;
  const isOne = typeof fromPort === 'number' && fromPort === toPort;
  return isOne && (ipProtocol === 'tcp' || ipProtocol === 'udp') ? fromPort : undefined;
}

function groupsOfBalancers(graph: Graph): readonly (string | undefined)[] {
  return ofType(graph, 'aws:lb/loadBalancer:LoadBalancer').flatMap(({ inputs }) =>
    listAt(inputs, 'securityGroups').filter((group) => typeof group === 'string'),
  );
}

function hasEmptyDefault(graph: Graph, vpc: Node): boolean {
  return ofType(graph, 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup').some(
    ({ inputs }) =>
      inputs['vpcId'] === vpc.id &&
      listAt(inputs, 'ingress').length === 0 &&
      listAt(inputs, 'egress').length === 0,
  );
}

function subnetsOf(graph: Graph, table: string): readonly string[] {
  return ofType(graph, 'aws:ec2/routeTableAssociation:RouteTableAssociation')
    .filter(({ inputs }) => inputs['routeTableId'] === table)
    .map(({ inputs }) => textAt(inputs, 'subnetId'));
}

function holdsData(graph: Graph, subnet: string): boolean {
  return ofType(graph, 'aws:rds/subnetGroup:SubnetGroup').some(({ inputs }) =>
    listAt(inputs, 'subnetIds').includes(subnet),
  );
}

function facesInternet(graph: Graph, subnet: string): boolean {
  const inside = (type: string, path: string) =>
    ofType(graph, type).some(({ inputs }) => [at(inputs, path)].flat().includes(subnet));
  return (
    named(graph, subnet) !== undefined &&
    (inside('aws:lb/loadBalancer:LoadBalancer', 'subnets') ||
      inside('aws:ec2/natGateway:NatGateway', 'subnetId'))
  );
}
