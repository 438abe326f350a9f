import type { Row } from './deploy-rows.ts';
import { actions, arns, resourceTypes } from './deploy-rows.ts';

/** The resources of the network, which EC2 authorizes together. */
export const NETWORK = [
  ...resourceTypes(
    'ec2',
    'Vpc Subnet RouteTable DefaultRouteTable Route RouteTableAssociation InternetGateway NatGateway',
    'Eip NetworkAcl SecurityGroup DefaultSecurityGroup VpcEndpoint FlowLog',
  ),
  ...resourceTypes('vpc', 'SecurityGroupIngressRule SecurityGroupEgressRule'),
];

const NETWORK_ARNS = arns(
  'ec2',
  'vpc/ subnet/ route-table/ internet-gateway/ natgateway/ elastic-ip/ network-acl/',
  'security-group/ security-group-rule/ vpc-endpoint/ vpc-flow-log/',
);

export const LOAD_BALANCER = resourceTypes('lb', 'LoadBalancer TargetGroup Listener ListenerRule');

const LOAD_BALANCER_ARNS = arns(
  'elasticloadbalancing',
  'loadbalancer/app/ targetgroup/ listener/app/ listener-rule/app/',
);

/** What the deploy role may change in the network, and in front of it. (SUPPLY-5) */
export const networkChanges: readonly Row[] = [
  { types: NETWORK, scope: 'born', on: NETWORK_ARNS, actions: actions('ec2', 'CreateTags') },
  {
    types: NETWORK,
    scope: 'new',
    on: NETWORK_ARNS.filter((arn) => arn !== 'ec2:security-group-rule/'),
    actions: actions(
      'ec2',
      'AllocateAddress CreateFlowLogs CreateInternetGateway CreateNatGateway CreateNetworkAcl',
      'CreateRouteTable CreateSecurityGroup CreateSubnet CreateVpc CreateVpcEndpoint',
    ),
  },
  {
    types: NETWORK,
    scope: 'tagged',
    on: NETWORK_ARNS,
    actions: actions(
      'ec2',
      'AssociateAddress AssociateRouteTable AttachInternetGateway AuthorizeSecurityGroupEgress',
      'AuthorizeSecurityGroupIngress CreateFlowLogs CreateNatGateway CreateNetworkAcl',
      'CreateNetworkAclEntry CreateRoute CreateRouteTable CreateSecurityGroup CreateSubnet',
      'CreateTags CreateVpcEndpoint DeleteFlowLogs DeleteInternetGateway DeleteNatGateway',
      'DeleteNetworkAcl DeleteNetworkAclEntry DeleteRoute DeleteRouteTable DeleteSecurityGroup',
      'DeleteSubnet DeleteTags DeleteVpc DeleteVpcEndpoints DetachInternetGateway',
      'DisassociateRouteTable ModifySecurityGroupRules ModifySubnetAttribute ModifyVpcAttribute',
      'ModifyVpcEndpoint ReleaseAddress ReplaceNetworkAclAssociation ReplaceNetworkAclEntry',
      'ReplaceRoute ReplaceRouteTableAssociation RevokeSecurityGroupEgress',
      'RevokeSecurityGroupIngress',
    ),
  },
  {
    types: LOAD_BALANCER,
    scope: 'new',
    on: LOAD_BALANCER_ARNS,
    actions: actions(
      'elasticloadbalancing',
      'CreateListener CreateLoadBalancer CreateRule CreateTargetGroup',
    ),
  },
  {
    types: LOAD_BALANCER,
    scope: 'tagged',
    on: LOAD_BALANCER_ARNS,
    actions: actions(
      'elasticloadbalancing',
      'CreateListener CreateRule AddTags DeleteListener DeleteLoadBalancer DeleteRule',
      'DeleteTargetGroup ModifyListener ModifyListenerAttributes ModifyLoadBalancerAttributes',
      'ModifyRule ModifyTargetGroup ModifyTargetGroupAttributes SetSecurityGroups SetSubnets',
    ),
  },
  {
    types: resourceTypes('lb', 'LoadBalancer'),
    scope: 'born',
    on: LOAD_BALANCER_ARNS,
    actions: actions('elasticloadbalancing', 'AddTags'),
  },
  {
    types: resourceTypes('wafv2', 'WebAcl WebAclAssociation WebAclLoggingConfiguration'),
    scope: 'account',
    on: [
      ...arns('wafv2', 'regional/webacl/ regional/managedruleset/'),
      ...arns('elasticloadbalancing', 'loadbalancer/app/'),
    ],
    actions: actions(
      'wafv2',
      'AssociateWebACL CreateWebACL DeleteLoggingConfiguration DeleteWebACL DisassociateWebACL',
      'PutLoggingConfiguration TagResource UpdateWebACL',
    ),
  },
  {
    types: resourceTypes('wafv2', 'WebAclAssociation'),
    scope: 'none',
    actions: actions('elasticloadbalancing', 'SetWebACL'),
  },
  {
    types: [
      ...resourceTypes('wafv2', 'WebAclLoggingConfiguration'),
      ...resourceTypes('ec2', 'FlowLog'),
    ],
    scope: 'none',
    actions: actions('logs', 'CreateLogDelivery DeleteLogDelivery UpdateLogDelivery'),
  },
];
