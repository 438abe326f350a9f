import type { Graph, Json, Node } from '../graph.ts';
import { at, isForChosen, leaves, listAt, named, ofType, textAt, where } from '../graph.ts';
import { must, someAt, statementsAt } from './rule.ts';

const INGRESS = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const EGRESS = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';
const GROUP = 'aws:ec2/securityGroup:SecurityGroup';
const VPC = 'aws:ec2/vpc:Vpc';
const BALANCER = 'aws:lb/loadBalancer:LoadBalancer';
const LISTENER = 'aws:lb/listener:Listener';
const DNS = 'aws:route53/resolverFirewall';
const ANYWHERE = ['0.0.0.0/0', '::/0'];
/** TLS 1.2 with forward secrecy and authenticated encryption, or 1.3. */
const TLS = /^ELBSecurityPolicy-TLS13-1-[23]-(?:Res-)?(?:PQ-)?\d{4}-\d{2}$/;
const MANAGED = ['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'];

export const networkRules = [
  ...must(INGRESS, {
    'SG-01: The internet reaches the load balancer on 443 and 80 alone.': isNarrow,
  }),
  ...must([EGRESS, INGRESS], {
    'SG-02: A security group rule is about one port, never about all ports or protocols.': (node) =>
      singlePort(node) !== undefined,
  }),
  ...must([INGRESS, EGRESS, GROUP, VPC], {
    'SG-03: Groups and rules have descriptions, and the default group is empty.': isDescribed,
  }),
  // Other rules do not see a rule that is written into a group.
  ...must([GROUP, 'aws:ec2/securityGroupRule:SecurityGroupRule'], {
    'SG-04: Rules are resources of their own.': (node) => node.type === GROUP && hasNoRules(node),
  }),
  ...must('aws:ec2/subnet:Subnet', {
    'NET-01: A subnet gives out no public addresses.': ({ inputs }) =>
      inputs['mapPublicIpOnLaunch'] !== true,
  }),
  ...must('aws:ec2/vpcEndpoint:VpcEndpoint', {
    'NET-02: An endpoint carries nothing to another account.': isForOwnAccount,
  }),
  ...must('aws:ec2/route:Route', {
    'NET-04: Internet routes serve the load balancer and NAT alone, data none.': isOfEdge,
  }),
  ...must(LISTENER, {
    'LB-01: Clients speak TLS 1.2 with forward secrecy, or 1.3.': ({ inputs }) =>
      onlyRedirects(inputs) ||
      (inputs['protocol'] === 'HTTPS' && TLS.test(textAt(inputs, 'sslPolicy'))),
    'LB-02: Port 80 redirects to HTTPS, and does nothing else.': ({ inputs }) =>
      inputs['port'] !== 80 || onlyRedirects(inputs),
  }),
  ...must(BALANCER, {
    'LB-03: Ambiguous requests are dropped, against request smuggling.': {
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'strictest',
    },
    'LB-04: Requests and connections are logged.': {
      'accessLogs.enabled': true,
      'connectionLogs.enabled': true,
    },
    'LB-05: A web application firewall protects a public load balancer.': isBehindFirewall,
    'LB-06: The load balancer is not deleted by mistake.': {
      enableDeletionProtection: true,
      'options.protect': true,
    },
  }),
  ...must('aws:wafv2/webAcl:WebAcl', {
    'WAF-01: The firewall has managed rules and a rate limit.': hasRules,
    'WAF-02: The firewall logs requests, without credentials and cookies.': redactsCredentials,
  }),
  ...must(VPC, {
    'NET-03: Flow logs record all traffic.': ({ id }, graph) =>
      isThere(graph, 'aws:ec2/flowLog:FlowLog', { vpcId: id, trafficType: 'ALL' }),
    'EGR-01: Only listed names are resolved. (HOOK-4)': ({ id: vpcId }, graph) =>
      where(graph, `${DNS}RuleGroupAssociation:ResolverFirewallRuleGroupAssociation`, {
        vpcId,
      }).some(({ inputs }) => endsInBlock(graph, inputs['firewallRuleGroupId'])),
    'EGR-02: No name is resolved while the DNS firewall fails.': ({ id: resourceId }, graph) =>
      isThere(graph, `${DNS}Config:ResolverFirewallConfig`, {
        resourceId,
        firewallFailOpen: 'DISABLED',
      }),
  }),
  ...must('aws:networkfirewall/firewallPolicy:FirewallPolicy', {
    'EGR-03: The network firewall drops what no rule allows. (HOOK-4)': {
      'firewallPolicy.statefulEngineOptions.ruleOrder': 'STRICT_ORDER',
      'firewallPolicy.statefulDefaultActions': (actions) =>
        Array.isArray(actions) && actions.some((action) => String(action).startsWith('aws:drop')),
    },
  }),
  ...must('aws:networkfirewall/firewall:Firewall', {
    'EGR-04: The network firewall is not deleted by mistake.': { deleteProtection: true },
  }),
];

function isThere(...wanted: Parameters<typeof where>): boolean {
  return where(...wanted).length > 0;
}

function isNarrow(node: Node, graph: Graph): boolean {
  const { cidrIpv4, cidrIpv6, securityGroupId } = node.inputs;
  if (!ANYWHERE.some((range) => cidrIpv4 === range || cidrIpv6 === range))
    return textAt(node.inputs, 'cidrIpv4') === '';
  const groups = ofType(graph, BALANCER).flatMap(({ inputs }) => listAt(inputs, 'securityGroups'));
  return [443, 80].includes(singlePort(node) ?? 0) && groups.includes(securityGroupId ?? '');
}

function singlePort({ inputs }: Node): number | undefined {
  const { fromPort, toPort, ipProtocol } = inputs;
  const isOne = typeof fromPort === 'number' && fromPort === toPort;
  return isOne && (ipProtocol === 'tcp' || ipProtocol === 'udp') ? fromPort : undefined;
}

function isDescribed({ type, id, inputs }: Node, graph: Graph): boolean | string {
  if (type !== VPC) return textAt(inputs, 'description') !== '' || 'It has no description.';
  const defaults = where(graph, 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup', { vpcId: id });
  return defaults.some(hasNoRules) || 'Its default group has rules.';
}

function hasNoRules({ inputs }: Node): boolean {
  return listAt(inputs, 'ingress').length + listAt(inputs, 'egress').length === 0;
}

function isForOwnAccount(node: Node): boolean {
  const statements = statementsAt(node, 'policy');
  const isOpen = statements.some(
    ({ effect, conditions, resources }) =>
      effect === 'Allow' &&
      !conditions.has('StringEquals aws:PrincipalAccount') &&
      resources.includes('*'),
  );
  return statements.length > 0 && !isOpen;
}

function isOfEdge({ inputs }: Node, graph: Graph): boolean | string {
  const association = 'aws:ec2/routeTableAssociation:RouteTableAssociation';
  const subnets = where(graph, association, { routeTableId: inputs['routeTableId'] }).map((one) =>
    textAt(one.inputs, 'subnetId'),
  );
  const isIn = (subnet: string, type: string, path: string) =>
    ofType(graph, type).some((one) => [at(one.inputs, path)].flat().includes(subnet));
  if (subnets.some((subnet) => isIn(subnet, 'aws:rds/subnetGroup:SubnetGroup', 'subnetIds')))
    return 'leads out of a data subnet';
  const facesInternet = (subnet: string) =>
    named(graph, subnet) !== undefined &&
    (isIn(subnet, BALANCER, 'subnets') ||
      isIn(subnet, 'aws:ec2/natGateway:NatGateway', 'subnetId'));
  return textAt(inputs, 'gatewayId') === '' || subnets.every(facesInternet);
}

function onlyRedirects(inputs: Node['inputs']): boolean {
  const actions = listAt(inputs, 'defaultActions');
  const isRedirect = (action: Json) =>
    at(action, 'type') === 'redirect' && at(action, 'redirect.protocol') === 'HTTPS';
  return actions.length > 0 && actions.every(isRedirect);
}

function isBehindFirewall({ arn, inputs }: Node, graph: Graph): boolean {
  const association = 'aws:wafv2/webAclAssociation:WebAclAssociation';
  return inputs['internal'] === true || isThere(graph, association, { resourceArn: arn });
}

function hasRules(node: Node): boolean | string {
  const values = leaves(at(node.inputs, 'rules')).map(([, value]) => value);
  const missing = MANAGED.filter((group) => !values.includes(group));
  if (missing.length > 0) return `lacks ${missing.join(' and ')}`;
  const isLimit = (one: Json) =>
    Boolean(at(one, 'statement.rateBasedStatement') && at(one, 'action.block'));
  return someAt(node, 'rules', isLimit);
}

function redactsCredentials({ arn }: Node, graph: Graph): boolean {
  const logging = 'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration';
  const [log] = where(graph, logging, { resourceArn: arn });
  const redacted = leaves(at(log?.inputs, 'redactedFields')).map(([, value]) => value);
  return ['authorization', 'cookie'].every((field) => redacted.includes(field));
}

/** The last rule of the group is about every name. It blocks, or alerts where programs call hosts that users choose. */
function endsInBlock(graph: Graph, firewallRuleGroupId: Json | undefined): boolean {
  const last = where(graph, `${DNS}Rule:ResolverFirewallRule`, { firewallRuleGroupId })
    .toSorted((a, b) => Number(a.inputs['priority'] ?? 0) - Number(b.inputs['priority'] ?? 0))
    .at(-1);
  const list = named(graph, last?.inputs['firewallDomainListId']);
  const isAll = listAt(list?.inputs, 'domains').some((domain) => domain === '*' || domain === '*.');
  const action = textAt(last?.inputs, 'action');
  return isAll && (action === 'BLOCK' || (action === 'ALERT' && graph.some(isForChosen)));
}
