import { LOAD_BALANCER, NETWORK } from './deploy-network.ts';
import type { Row } from './deploy-rows.ts';
import { actions, arns, resourceTypes } from './deploy-rows.ts';

/** What the preview role and the deploy role may read: the configuration of resources, and no data in them. (SUPPLY-5) */
export const readable: readonly Row[] = [
  {
    types: NETWORK,
    scope: 'none',
    actions: actions(
      'ec2',
      'DescribeAddresses DescribeAddressesAttribute DescribeAvailabilityZones DescribeFlowLogs',
      'DescribeInternetGateways DescribeManagedPrefixLists DescribeNatGateways DescribeNetworkAcls',
      'DescribeNetworkInterfaces DescribePrefixLists DescribeRouteTables DescribeSecurityGroupRules',
      'DescribeSecurityGroups DescribeSubnets DescribeVpcEndpoints DescribeVpcs',
    ),
  },
  {
    types: NETWORK,
    scope: 'account',
    on: arns('ec2', 'vpc/'),
    actions: actions('ec2', 'DescribeVpcAttribute'),
  },
  {
    types: LOAD_BALANCER,
    scope: 'none',
    actions: actions(
      'elasticloadbalancing',
      'DescribeListenerAttributes DescribeListeners DescribeLoadBalancerAttributes',
      'DescribeLoadBalancers DescribeRules DescribeTags DescribeTargetGroupAttributes',
      'DescribeTargetGroups DescribeTargetHealth',
    ),
  },
  {
    types: resourceTypes('wafv2', 'WebAcl'),
    scope: 'account',
    on: [
      ...arns('wafv2', 'regional/webacl/'),
      ...arns('elasticloadbalancing', 'loadbalancer/app/'),
    ],
    actions: actions(
      'wafv2',
      'GetLoggingConfiguration GetWebACL GetWebACLForResource ListTagsForResource',
    ),
  },
  {
    types: resourceTypes('ecs', 'Cluster Service TaskDefinition'),
    scope: 'account',
    on: arns('ecs', 'cluster/ service/ task/'),
    actions: actions('ecs', 'DescribeClusters DescribeServices DescribeTasks'),
  },
  {
    types: resourceTypes('ecs', 'TaskDefinition'),
    scope: 'none',
    actions: actions('ecs', 'DescribeTaskDefinition'),
  },
  {
    types: resourceTypes('appautoscaling', 'Target'),
    scope: 'none',
    actions: actions('application-autoscaling', 'DescribeScalableTargets DescribeScalingPolicies'),
  },
  {
    types: resourceTypes('rds', 'Cluster'),
    scope: 'account',
    on: arns('rds', 'cluster: db: cluster-pg: subgrp:'),
    actions: actions(
      'rds',
      'DescribeDBClusterParameterGroups DescribeDBClusterParameters DescribeDBClusters',
      'DescribeDBInstances DescribeDBSubnetGroups ListTagsForResource',
    ),
  },
  {
    types: resourceTypes('kms', 'Key'),
    scope: 'account',
    on: arns('kms', 'key/'),
    actions: actions('kms', 'DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags'),
  },
  {
    types: resourceTypes('secretsmanager', 'Secret'),
    scope: 'account',
    on: arns('secretsmanager', 'secret:'),
    // When a value was set, but not the value.
    actions: actions('secretsmanager', 'DescribeSecret GetResourcePolicy ListSecretVersionIds'),
  },
  {
    types: resourceTypes('s3', 'Bucket'),
    scope: 'named',
    on: arns('s3', '{project}-'),
    actions: actions(
      's3',
      'GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLogging',
      'GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy',
      'GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning',
      'GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration',
      'GetReplicationConfiguration',
    ),
  },
  {
    types: resourceTypes('iam', 'Role RolePolicy'),
    scope: 'account',
    on: arns('iam', 'role/'),
    actions: actions('iam', 'GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies'),
  },
  {
    types: resourceTypes('cloudwatch', 'LogGroup LogMetricFilter'),
    scope: 'account',
    on: arns('logs', 'log-group:'),
    actions: actions('logs', 'DescribeMetricFilters ListTagsForResource'),
  },
  {
    types: resourceTypes('cloudwatch', 'LogGroup'),
    scope: 'none',
    actions: actions('logs', 'DescribeLogGroups'),
  },
  {
    types: resourceTypes('cloudwatch', 'MetricAlarm'),
    scope: 'account',
    on: arns('cloudwatch', 'alarm:'),
    actions: actions('cloudwatch', 'DescribeAlarms ListTagsForResource'),
  },
  {
    types: resourceTypes('cloudwatch', 'EventRule EventTarget'),
    scope: 'account',
    on: arns('events', 'rule/'),
    actions: actions('events', 'DescribeRule ListTagsForResource ListTargetsByRule'),
  },
  {
    types: resourceTypes('sns', 'Topic'),
    scope: 'named',
    on: arns('sns', '{project}-'),
    actions: actions('sns', 'GetSubscriptionAttributes GetTopicAttributes ListTagsForResource'),
  },
  {
    types: resourceTypes('cloudtrail', 'Trail'),
    scope: 'account',
    on: arns('cloudtrail', 'trail/'),
    actions: actions('cloudtrail', 'GetEventSelectors GetTrailStatus ListTags'),
  },
  {
    types: resourceTypes('cloudtrail', 'Trail'),
    scope: 'none',
    actions: actions('cloudtrail', 'DescribeTrails'),
  },
  {
    types: resourceTypes('guardduty', 'Detector'),
    scope: 'account',
    on: arns('guardduty', 'detector/'),
    actions: actions('guardduty', 'GetDetector ListTagsForResource'),
  },
  {
    types: resourceTypes('accessanalyzer', 'Analyzer'),
    scope: 'account',
    on: arns('access-analyzer', 'analyzer/'),
    actions: actions('access-analyzer', 'GetAnalyzer ListTagsForResource'),
  },
  {
    types: resourceTypes('route53', 'ResolverFirewallConfig'),
    scope: 'account',
    on: arns(
      'route53resolver',
      'firewall-config/ firewall-domain-list/ firewall-rule-group/ firewall-rule-group-association/',
      'resolver-query-log-config/',
    ),
    actions: actions(
      'route53resolver',
      'GetFirewallConfig GetFirewallDomainList GetFirewallRuleGroup GetFirewallRuleGroupAssociation',
      'GetResolverQueryLogConfig ListFirewallDomains ListFirewallRules ListTagsForResource',
    ),
  },
  {
    types: resourceTypes('networkfirewall', 'Firewall'),
    scope: 'account',
    on: arns('network-firewall', 'firewall/ firewall-policy/ stateful-rulegroup/'),
    actions: actions(
      'network-firewall',
      'DescribeFirewall DescribeFirewallPolicy DescribeLoggingConfiguration DescribeRuleGroup',
    ),
  },
  {
    types: resourceTypes('sesv2', 'EmailIdentity'),
    scope: 'account',
    on: arns('ses', 'identity/ configuration-set/'),
    actions: actions(
      'ses',
      'GetConfigurationSet GetConfigurationSetEventDestinations GetEmailIdentity',
      'ListTagsForResource',
    ),
  },
  {
    types: resourceTypes('servicediscovery', 'Service'),
    scope: 'account',
    on: arns('servicediscovery', 'namespace/ service/'),
    actions: actions('servicediscovery', 'GetNamespace GetOperation GetService'),
  },
  {
    types: [
      ...resourceTypes('servicediscovery', 'Service'),
      ...resourceTypes('cloudwatch', 'LogResourcePolicy'),
    ],
    scope: 'none',
    actions: [
      ...actions('logs', 'DescribeResourcePolicies'),
      ...actions('servicediscovery', 'ListTagsForResource'),
    ],
  },
  {
    types: [],
    scope: 'none',
    actions: actions('access-analyzer', 'CheckNoNewAccess ValidatePolicy'),
  },
];
