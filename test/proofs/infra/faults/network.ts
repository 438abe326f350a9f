import { add, change, changeWithin, drop, withNode } from '../plant.ts';
import { isForChosen } from '../../../infra/test/graph.ts';
import type { Fault } from '../fault.ts';

const INGRESS = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const EGRESS = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';
const GROUP = 'aws:ec2/securityGroup:SecurityGroup';
const LISTENER = 'aws:lb/listener:Listener';
const BALANCER = 'aws:lb/loadBalancer:LoadBalancer';
const VPC = 'aws:ec2/vpc:Vpc';

const tcp = (port: number) => ({
  ipProtocol: 'tcp',
  fromPort: port,
  toPort: port,
  description: 'planted',
});

export const networkFaults: readonly Fault[] = [
  {
    fault: 'SSH is open to the internet',
    rule: 'SG-01',
    plant: withNode(GROUP, 'api', ({ id }) =>
      add(INGRESS, 'planted', { ...tcp(22), securityGroupId: id, cidrIpv4: '0.0.0.0/0' }),
    ),
  },
  {
    fault: 'a program answers the internet without the load balancer',
    rule: 'SG-01',
    plant: withNode(GROUP, 'api', ({ id }) =>
      add(INGRESS, 'planted', { ...tcp(443), securityGroupId: id, cidrIpv6: '::/0' }),
    ),
  },
  {
    fault: 'an office has a way in by its address',
    rule: 'SG-01',
    plant: withNode(GROUP, 'database-app', ({ id }) =>
      add(INGRESS, 'planted', { ...tcp(5432), securityGroupId: id, cidrIpv4: '198.51.100.0/24' }),
    ),
  },
  {
    fault: 'every way out is open',
    rule: 'SG-02',
    plant: withNode(GROUP, 'api', ({ id }) =>
      add(EGRESS, 'planted', {
        ipProtocol: '-1',
        securityGroupId: id,
        cidrIpv4: '0.0.0.0/0',
        description: 'planted',
      }),
    ),
  },
  {
    fault: 'a way out of many ports',
    rule: 'SG-02',
    plant: change(EGRESS, 'api-endpoints', 'toPort', 65_535),
  },
  {
    fault: 'a rule that does not say what it is for',
    rule: 'SG-03',
    plant: change(EGRESS, 'api-endpoints', 'description', ''),
  },
  {
    fault: 'the default group lets something through',
    rule: 'SG-03',
    plant: change('aws:ec2/defaultSecurityGroup:DefaultSecurityGroup', 'network', 'egress', [
      { protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] },
    ]),
  },
  {
    fault: 'a rule is written into its group',
    rule: 'SG-04',
    plant: change(GROUP, 'api', 'ingress', [{ protocol: 'tcp', fromPort: 22, toPort: 22 }]),
  },
  {
    fault: 'a subnet gives out public addresses',
    rule: 'NET-01',
    plant: change('aws:ec2/subnet:Subnet', 'app-app', 'mapPublicIpOnLaunch', true),
  },
  {
    fault: 'an endpoint without a policy',
    rule: 'NET-02',
    plant: change('aws:ec2/vpcEndpoint:VpcEndpoint', 's3', 'policy', undefined),
  },
  {
    fault: 'an endpoint that carries data to any account',
    rule: 'NET-02',
    plant: changeWithin(
      'aws:ec2/vpcEndpoint:VpcEndpoint',
      'kms',
      'policy',
      'Statement.0.Condition',
      {},
    ),
  },
  {
    fault: 'nobody records who spoke to whom',
    rule: 'NET-03',
    plant: drop('aws:ec2/flowLog:FlowLog', 'network'),
  },
  {
    fault: 'the database has a way out',
    rule: 'NET-04',
    plant: withNode('aws:ec2/routeTable:RouteTable', 'app-data', ({ id }) =>
      add('aws:ec2/route:Route', 'planted', {
        routeTableId: id,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: 'nat-0',
      }),
    ),
  },
  {
    fault: 'programs stand on the internet',
    rule: 'NET-04',
    plant: withNode('aws:ec2/routeTable:RouteTable', 'app-app', ({ id }) =>
      add('aws:ec2/route:Route', 'planted', {
        routeTableId: id,
        destinationCidrBlock: '0.0.0.0/0',
        gatewayId: 'igw-0',
      }),
    ),
  },
  {
    fault: 'a program of one segment reaches the database of another',
    rule: 'ISO-01',
    plant: withNode(GROUP, 'api', (api) =>
      withNode(GROUP, 'database-payments', ({ id }) =>
        add(INGRESS, 'planted', {
          ...tcp(5432),
          securityGroupId: id,
          referencedSecurityGroupId: api.id,
        }),
      ),
    ),
  },
  {
    fault: 'the second wall around the data lets everybody through',
    rule: 'ISO-02',
    plant: change(
      'aws:ec2/networkAcl:NetworkAcl',
      'payments-data',
      'ingress.0.cidrBlock',
      '10.88.0.0/16',
    ),
  },
  {
    fault: 'a way between segments to where nobody listens',
    rule: 'ISO-03',
    plant: withNode(GROUP, 'operator', (operator) =>
      withNode(GROUP, 'payments', ({ id }) =>
        add(INGRESS, 'planted', {
          ...tcp(9229),
          securityGroupId: id,
          referencedSecurityGroupId: operator.id,
        }),
      ),
    ),
  },
  {
    fault: 'a service stands in the subnets of another segment',
    rule: 'ISO-06',
    plant: withNode('aws:ec2/subnet:Subnet', 'app-app', ({ id }) =>
      change('aws:ecs/service:Service', 'service-payments', 'networkConfiguration.subnets', [id]),
    ),
  },
  {
    fault: 'no TLS policy: AWS takes TLS 1.0 then',
    rule: 'LB-01',
    plant: change(LISTENER, 'https', 'sslPolicy', undefined),
  },
  {
    fault: 'an old TLS policy',
    rule: 'LB-01',
    plant: change(LISTENER, 'https', 'sslPolicy', 'ELBSecurityPolicy-TLS-1-0-2015-04'),
  },
  {
    fault: 'requests are answered without TLS',
    rule: 'LB-02',
    plant: change(LISTENER, 'http', 'defaultActions.0', { type: 'forward', targetGroupArn: 'arn' }),
  },
  {
    fault: 'ambiguous headers go through',
    rule: 'LB-03',
    plant: change(BALANCER, 'edge', 'dropInvalidHeaderFields', false),
  },
  {
    fault: 'requests leave no record',
    rule: 'LB-04',
    plant: change(BALANCER, 'edge', 'accessLogs.enabled', false),
  },
  {
    fault: 'no firewall before the load balancer',
    rule: 'LB-05',
    plant: drop('aws:wafv2/webAclAssociation:WebAclAssociation', 'waf'),
  },
  {
    fault: 'the load balancer can be deleted',
    rule: 'LB-06',
    plant: change(BALANCER, 'edge', 'enableDeletionProtection', false),
  },
  {
    fault: 'the firewall knows nothing',
    rule: 'WAF-01',
    plant: change('aws:wafv2/webAcl:WebAcl', 'waf', 'rules', []),
  },
  {
    fault: 'the firewall records cookies',
    rule: 'WAF-02',
    plant: change(
      'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration',
      'waf',
      'redactedFields.1',
      null,
    ),
  },
  {
    fault: 'any name is resolved',
    rule: 'EGR-01',
    plant: change(
      'aws:route53/resolverFirewallRule:ResolverFirewallRule',
      'everything',
      'action',
      'ALLOW',
    ),
  },
  {
    fault: 'names that are not listed are told and resolved, and nobody calls what users choose',
    rule: 'EGR-01',
    plant: (graph) =>
      change(
        'aws:route53/resolverFirewallRule:ResolverFirewallRule',
        'everything',
        'action',
        'ALERT',
      )(graph.filter((node) => !isForChosen(node))),
  },
  {
    fault: 'names are resolved when their firewall fails',
    rule: 'EGR-02',
    plant: change(
      'aws:route53/resolverFirewallConfig:ResolverFirewallConfig',
      'dns-firewall',
      'firewallFailOpen',
      'ENABLED',
    ),
  },
  {
    fault: 'the network keeps no default of its own',
    rule: 'SG-03',
    plant: withNode(VPC, 'network', () =>
      drop('aws:ec2/defaultSecurityGroup:DefaultSecurityGroup', 'network'),
    ),
  },
];
