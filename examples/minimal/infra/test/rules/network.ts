import type { Graph, Json, Node } from '../graph.ts';
import { at, leaves, listAt, named, ofType, textAt } from '../graph.ts';
import { isForChosen } from '../segments.ts';
import { must, rule, someAt, statementsAt } from './rule.ts';

const INGRESS = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const EGRESS = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';
const GROUP = 'aws:ec2/securityGroup:SecurityGroup';
const ENDPOINT = 'aws:ec2/vpcEndpoint:VpcEndpoint';
const ROUTE = 'aws:ec2/route:Route';
const VPC = 'aws:ec2/vpc:Vpc';
const BALANCER = 'aws:lb/loadBalancer:LoadBalancer';
const LISTENER = 'aws:lb/listener:Listener';
const ACL = 'aws:wafv2/webAcl:WebAcl';
const ANYWHERE = ['0.0.0.0/0', '::/0'];
/** TLS 1.2 with forward secrecy and authenticated encryption, or 1.3. */
const TLS = /^ELBSecurityPolicy-TLS13-1-[23]-(?:Res-)?(?:PQ-)?\d{4}-\d{2}$/;
const MANAGED = ['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'];

export const networkRules = [
  must(
    'SG-01',
    INGRESS,
    'The internet reaches the load balancer on 443 and 80 alone.',
    (node, graph) => {
      if (!isAnywhere(node)) return textAt(node.inputs, 'cidrIpv4') === '';
      const port = singlePort(node);
      const group = textAt(node.inputs, 'securityGroupId');
      return (port === 443 || port === 80) && groupsOfBalancers(graph).includes(group);
    },
  ),
  must(
    'SG-02',
    [EGRESS, INGRESS],
    'A security group rule is about one port, never about all ports or protocols.',
    (node) => singlePort(node) !== undefined,
  ),
  rule(
    'SG-03',
    'Groups and rules have descriptions, and the default group is empty.',
    function* (graph) {
      for (const node of ofType(graph, INGRESS, EGRESS, GROUP))
        if (textAt(node.inputs, 'description') === '') yield [node, 'has no description'];
      for (const node of ofType(graph, VPC))
        if (!hasEmptyDefault(graph, node)) yield [node, 'has a default group with rules'];
    },
  ),
  must(
    'SG-04',
    [GROUP, 'aws:ec2/securityGroupRule:SecurityGroupRule'],
    'Rules are resources of their own: the other rules do not see one that is written into a group.',
    ({ type, inputs }) =>
      type === GROUP && listAt(inputs, 'ingress').length + listAt(inputs, 'egress').length === 0,
  ),
  must(
    'NET-01',
    'aws:ec2/subnet:Subnet',
    'A subnet gives out no public addresses.',
    ({ inputs }) => inputs['mapPublicIpOnLaunch'] !== true,
  ),
  must('NET-02', ENDPOINT, 'An endpoint carries nothing to another account.', (node) => {
    const statements = statementsAt(node, 'policy');
    const isOpen = statements.some(
      ({ effect, conditions, resources }) =>
        effect === 'Allow' &&
        !conditions.has('StringEquals aws:PrincipalAccount') &&
        resources.includes('*'),
    );
    return statements.length > 0 && !isOpen;
  }),
  must('NET-03', VPC, 'Flow logs record all traffic.', ({ id }, graph) =>
    ofType(graph, 'aws:ec2/flowLog:FlowLog').some(
      ({ inputs }) => inputs['vpcId'] === id && inputs['trafficType'] === 'ALL',
    ),
  ),
  must(
    'NET-04',
    ROUTE,
    'Internet routes serve the load balancer and NAT alone, data none.',
    ({ inputs }, graph) => {
      const subnets = subnetsOf(graph, textAt(inputs, 'routeTableId'));
      if (subnets.some((subnet) => holdsData(graph, subnet))) return 'leads out of a data subnet';
      if (textAt(inputs, 'gatewayId') === '') return true;
      return subnets.every((subnet) => facesInternet(graph, subnet));
    },
  ),
  must(
    'LB-01',
    LISTENER,
    'Clients speak TLS 1.2 with forward secrecy, or 1.3.',
    ({ inputs }) =>
      onlyRedirects(inputs) ||
      (inputs['protocol'] === 'HTTPS' && TLS.test(textAt(inputs, 'sslPolicy'))),
  ),
  must(
    'LB-02',
    LISTENER,
    'Port 80 redirects to HTTPS, and does nothing else.',
    ({ inputs }) => inputs['port'] !== 80 || onlyRedirects(inputs),
  ),
  must('LB-03', BALANCER, 'Ambiguous requests are dropped, against request smuggling.', {
    dropInvalidHeaderFields: true,
    desyncMitigationMode: 'strictest',
  }),
  must('LB-04', BALANCER, 'Requests and connections are logged.', {
    'accessLogs.enabled': true,
    'connectionLogs.enabled': true,
  }),
  must(
    'LB-05',
    BALANCER,
    'A web application firewall protects a public load balancer.',
    ({ arn, inputs }, graph) =>
      inputs['internal'] === true ||
      ofType(graph, 'aws:wafv2/webAclAssociation:WebAclAssociation').some(
        (association) => association.inputs['resourceArn'] === arn,
      ),
  ),
  must('LB-06', BALANCER, 'The load balancer is not deleted by mistake.', {
    enableDeletionProtection: true,
    'options.protect': true,
  }),
  must('WAF-01', ACL, 'The firewall has managed rules and a rate limit.', (node) => {
    const values = leaves(at(node.inputs, 'rules')).map(([, value]) => value);
    const missing = MANAGED.filter((group) => !values.includes(group));
    if (missing.length > 0) return `lacks ${missing.join(' and ')}`;
    const isLimit = (one: Json) =>
      Boolean(at(one, 'statement.rateBasedStatement') && at(one, 'action.block'));
    return someAt(node, 'rules', isLimit);
  }),
  must(
    'WAF-02',
    ACL,
    'The firewall logs requests, without credentials and cookies.',
    ({ arn }, graph) => {
      const log = ofType(
        graph,
        'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration',
      ).find(({ inputs }) => inputs['resourceArn'] === arn);
      const redacted = leaves(at(log?.inputs, 'redactedFields')).map(([, value]) => value);
      return ['authorization', 'cookie'].every((field) => redacted.includes(field));
    },
  ),
  must('EGR-01', VPC, 'Only listed names are resolved. (HOOK-4)', ({ id }, graph) =>
    ofType(
      graph,
      'aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation',
    )
      .filter(({ inputs }) => inputs['vpcId'] === id)
      .some(({ inputs }) => endsInBlock(graph, textAt(inputs, 'firewallRuleGroupId'))),
  ),
  must('EGR-02', VPC, 'No name is resolved while the DNS firewall fails.', ({ id }, graph) =>
    ofType(graph, 'aws:route53/resolverFirewallConfig:ResolverFirewallConfig').some(
      ({ inputs }) => inputs['resourceId'] === id && inputs['firewallFailOpen'] === 'DISABLED',
    ),
  ),
  must(
    'EGR-03',
    'aws:networkfirewall/firewallPolicy:FirewallPolicy',
    'The network firewall drops what no rule allows. (HOOK-4)',
    (node) =>
      at(node.inputs, 'firewallPolicy.statefulEngineOptions.ruleOrder') === 'STRICT_ORDER' &&
      someAt(node, 'firewallPolicy.statefulDefaultActions', (action) =>
        String(action).startsWith('aws:drop'),
      ),
  ),
  must(
    'EGR-04',
    'aws:networkfirewall/firewall:Firewall',
    'The network firewall is not deleted by mistake.',
    { deleteProtection: true },
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

function groupsOfBalancers(graph: Graph): readonly Json[] {
  return ofType(graph, BALANCER).flatMap(({ inputs }) => listAt(inputs, 'securityGroups'));
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
  const isIn = (type: string, path: string) =>
    ofType(graph, type).some(({ inputs }) => [at(inputs, path)].flat().includes(subnet));
  return (
    named(graph, subnet) !== undefined &&
    (isIn(BALANCER, 'subnets') || isIn('aws:ec2/natGateway:NatGateway', 'subnetId'))
  );
}

function onlyRedirects(inputs: Node['inputs']): boolean {
  const actions = listAt(inputs, 'defaultActions');
  const isRedirect = (action: Json) =>
    at(action, 'type') === 'redirect' && at(action, 'redirect.protocol') === 'HTTPS';
  return actions.length > 0 && actions.every(isRedirect);
}

/** The last rule of the group is about every name. It blocks, or alerts where programs call hosts that users choose. */
function endsInBlock(graph: Graph, group: string): boolean {
  const last = ofType(graph, 'aws:route53/resolverFirewallRule:ResolverFirewallRule')
    .filter(({ inputs }) => inputs['firewallRuleGroupId'] === group)
    .toSorted((a, b) => Number(a.inputs['priority'] ?? 0) - Number(b.inputs['priority'] ?? 0))
    .at(-1);
  const list = named(graph, last?.inputs['firewallDomainListId']);
  const isAll = listAt(list?.inputs, 'domains').some((domain) => domain === '*' || domain === '*.');
  const action = textAt(last?.inputs, 'action');
  return isAll && (action === 'BLOCK' || (action === 'ALERT' && graph.some(isForChosen)));
}
