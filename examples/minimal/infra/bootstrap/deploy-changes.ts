import { networkChanges } from './deploy-network.ts';
import type { Row } from './deploy-rows.ts';
import { actions, arns, resourceTypes } from './deploy-rows.ts';

/**
 * What the deploy role may change. It creates what holds data or evidence but does not delete it: clusters, buckets,
 * secrets, keys, logs, the trail. Only an administrator deletes those. (SUPPLY-5)
 */
export const changes: readonly Row[] = [
  ...networkChanges,
  {
    types: resourceTypes('ecs', 'Cluster Service TaskDefinition'),
    scope: 'named',
    on: arns('ecs', 'cluster/{stack} service/{stack} task-definition/{stack}'),
    actions: actions(
      'ecs',
      'CreateCluster CreateService DeleteCluster DeleteService PutClusterCapacityProviders',
      'RegisterTaskDefinition TagResource UpdateCluster UpdateService',
    ),
  },
  {
    types: resourceTypes('ecs', 'TaskDefinition'),
    scope: 'none',
    actions: actions('ecs', 'DeregisterTaskDefinition'),
  },
  {
    types: resourceTypes('appautoscaling', 'Target Policy'),
    scope: 'account',
    on: arns('application-autoscaling', 'scalable-target/'),
    actions: actions(
      'application-autoscaling',
      'DeleteScalingPolicy DeregisterScalableTarget PutScalingPolicy RegisterScalableTarget',
      'TagResource',
    ),
  },
  {
    types: resourceTypes('rds', 'Cluster ClusterInstance ClusterParameterGroup SubnetGroup'),
    scope: 'named',
    on: arns(
      'rds',
      'cluster:{stack} db:{stack} cluster-pg:{stack} subgrp:{stack} cluster-snapshot:{stack}',
    ),
    actions: actions(
      'rds',
      'AddTagsToResource CreateDBCluster CreateDBClusterParameterGroup CreateDBClusterSnapshot',
      'CreateDBInstance CreateDBSubnetGroup DeleteDBClusterParameterGroup DeleteDBInstance',
      'DeleteDBSubnetGroup ModifyDBCluster ModifyDBClusterParameterGroup ModifyDBInstance',
      'ModifyDBSubnetGroup',
    ),
  },
  { types: resourceTypes('kms', 'Key'), scope: 'new', actions: actions('kms', 'CreateKey') },
  {
    types: resourceTypes('kms', 'Key'),
    scope: 'new',
    on: arns('kms', 'key/'),
    actions: actions('kms', 'TagResource'),
  },
  {
    types: resourceTypes('kms', 'Key'),
    scope: 'tagged',
    on: arns('kms', 'key/'),
    actions: actions('kms', 'EnableKeyRotation UpdateKeyDescription'),
  },
  {
    types: resourceTypes('secretsmanager', 'Secret SecretPolicy'),
    scope: 'named',
    on: arns('secretsmanager', 'secret:{project}/{environment}/'),
    actions: actions('secretsmanager', 'CreateSecret TagResource'),
  },
  {
    types: resourceTypes(
      's3',
      'Bucket BucketPublicAccessBlock BucketOwnershipControls BucketVersioning',
      'BucketServerSideEncryptionConfiguration BucketObjectLockConfiguration',
      'BucketLifecycleConfiguration BucketPolicy',
    ),
    scope: 'named',
    on: arns('s3', '{stack}-'),
    actions: actions(
      's3',
      'CreateBucket PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy',
      'PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning PutEncryptionConfiguration',
      'PutLifecycleConfiguration',
    ),
  },
  {
    types: resourceTypes('cloudwatch', 'LogGroup LogMetricFilter'),
    scope: 'named',
    on: arns(
      'logs',
      'log-group:/{project}/{environment}/ log-group:aws-waf-logs-{stack}',
      // RDS prescribes this name. The program creates the log first, so that it has our key and retention.
      'log-group:/aws/rds/cluster/{stack}-',
    ),
    actions: actions(
      'logs',
      'AssociateKmsKey CreateLogGroup DeleteMetricFilter PutLogGroupDeletionProtection',
      'PutMetricFilter PutRetentionPolicy TagResource',
    ),
  },
  {
    types: resourceTypes('cloudwatch', 'MetricAlarm'),
    scope: 'named',
    on: arns('cloudwatch', 'alarm:{stack}'),
    actions: actions('cloudwatch', 'DeleteAlarms PutMetricAlarm TagResource'),
  },
  {
    types: resourceTypes('cloudwatch', 'EventRule EventTarget'),
    scope: 'named',
    on: arns('events', 'rule/{stack}'),
    actions: actions('events', 'DeleteRule PutRule PutTargets RemoveTargets TagResource'),
  },
  {
    types: resourceTypes('sns', 'Topic TopicPolicy TopicSubscription'),
    scope: 'named',
    on: arns('sns', '{stack}'),
    actions: actions(
      'sns',
      'CreateTopic DeleteTopic SetTopicAttributes Subscribe TagResource Unsubscribe',
    ),
  },
  {
    types: resourceTypes('cloudtrail', 'Trail'),
    scope: 'named',
    on: arns('cloudtrail', 'trail/{stack}'),
    actions: actions('cloudtrail', 'AddTags CreateTrail PutEventSelectors StartLogging'),
  },
  {
    types: resourceTypes('guardduty', 'Detector DetectorFeature'),
    scope: 'none',
    actions: actions('guardduty', 'CreateDetector'),
  },
  {
    types: resourceTypes('guardduty', 'Detector DetectorFeature'),
    scope: 'account',
    on: arns('guardduty', 'detector/'),
    actions: actions('guardduty', 'TagResource UpdateDetector'),
  },
  {
    types: resourceTypes('accessanalyzer', 'Analyzer'),
    scope: 'named',
    on: arns('access-analyzer', 'analyzer/{project}-'),
    actions: actions('access-analyzer', 'CreateAnalyzer TagResource'),
  },
  {
    types: resourceTypes(
      'route53',
      'ResolverFirewallConfig ResolverFirewallDomainList ResolverFirewallRule',
      'ResolverFirewallRuleGroup ResolverFirewallRuleGroupAssociation ResolverQueryLogConfig',
      'ResolverQueryLogConfigAssociation',
    ),
    scope: 'account',
    on: arns(
      'route53resolver',
      'firewall-config/ firewall-domain-list/ firewall-rule-group/ firewall-rule-group-association/',
      'resolver-query-log-config/',
    ),
    actions: actions(
      'route53resolver',
      'AssociateFirewallRuleGroup AssociateResolverQueryLogConfig CreateFirewallDomainList',
      'CreateFirewallRule CreateFirewallRuleGroup CreateResolverQueryLogConfig',
      'DeleteFirewallDomainList DeleteFirewallRule DeleteFirewallRuleGroup',
      'DeleteResolverQueryLogConfig DisassociateFirewallRuleGroup',
      'DisassociateResolverQueryLogConfig TagResource UpdateFirewallConfig UpdateFirewallDomains',
      'UpdateFirewallRule',
    ),
  },
  {
    types: resourceTypes(
      'networkfirewall',
      'Firewall FirewallPolicy RuleGroup LoggingConfiguration',
    ),
    scope: 'named',
    on: arns(
      'network-firewall',
      'firewall/{stack} firewall-policy/{stack} stateful-rulegroup/{stack}',
    ),
    actions: actions(
      'network-firewall',
      'AssociateFirewallPolicy AssociateSubnets CreateFirewall CreateFirewallPolicy CreateRuleGroup',
      'DeleteFirewall DeleteFirewallPolicy DeleteRuleGroup TagResource UpdateFirewallPolicy',
      'UpdateLoggingConfiguration UpdateRuleGroup',
    ),
  },
  {
    types: resourceTypes(
      'sesv2',
      'EmailIdentity ConfigurationSet ConfigurationSetEventDestination',
    ),
    scope: 'account',
    on: arns('ses', 'identity/ configuration-set/'),
    actions: actions(
      'ses',
      'CreateConfigurationSet CreateConfigurationSetEventDestination CreateEmailIdentity',
      'DeleteConfigurationSet DeleteConfigurationSetEventDestination',
      'PutConfigurationSetDeliveryOptions PutEmailIdentityConfigurationSetAttributes',
      'PutEmailIdentityDkimSigningAttributes TagResource UpdateConfigurationSetEventDestination',
    ),
  },
  {
    types: resourceTypes('servicediscovery', 'PrivateDnsNamespace'),
    scope: 'none',
    actions: [
      ...actions('route53', 'CreateHostedZone ListHostedZonesByName'),
      ...actions('servicediscovery', 'CreatePrivateDnsNamespace TagResource'),
    ],
  },
  {
    types: resourceTypes('servicediscovery', 'PrivateDnsNamespace Service'),
    scope: 'account',
    on: arns('servicediscovery', 'namespace/ service/'),
    actions: actions(
      'servicediscovery',
      'CreateService DeleteNamespace DeleteService UpdatePrivateDnsNamespace UpdateService',
    ),
  },
  {
    types: resourceTypes('cloudwatch', 'LogResourcePolicy'),
    scope: 'none',
    actions: actions('logs', 'DeleteResourcePolicy PutResourcePolicy'),
  },
  // Besides the program: the workflow pushes images, migrates the database and waits for the task.
  { types: [], scope: 'none', actions: actions('ecr', 'GetAuthorizationToken') },
  {
    types: [],
    scope: 'named',
    on: arns('ecr', 'repository/{project}/'),
    actions: actions(
      'ecr',
      'BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload DescribeImages',
      'GetDownloadUrlForLayer InitiateLayerUpload PutImage UploadLayerPart',
    ),
  },
  {
    types: [],
    scope: 'named',
    on: arns('ecs', 'task-definition/{stack}'),
    actions: actions('ecs', 'RunTask'),
  },
];
