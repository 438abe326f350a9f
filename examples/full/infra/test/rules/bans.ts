import type { Json, Node } from '../graph.ts';
import { leaves } from '../graph.ts';
import { rule } from '../rule.ts';

/** Each is a secret that comes to stand in Pulumi's state, or a person where a role belongs. */
const BANNED =
  /^(aws:secretsmanager\/secretVersion:|aws:iam\/(accessKey|user|userLoginProfile|userPolicy|userPolicyAttachment|serviceSpecificCredential):|aws:ec2\/keyPair:|aws:lightsail\/keyPair:|aws:ssm\/parameter:|random:|tls:|aws:index\/getRandomPassword)/;
/** Write-only fields as well: Pulumi keeps what is written. */
const SECRET_FIELD =
  /^(?!.*(manage|arn|Arn|KeyId))(?:.*\.)?(?:\w*[pP]assword(?:Wo)?|secretString(?:Wo)?|secretBinary|authToken|privateKey|valueWo|accessToken|clientSecret|oauthToken)$/;
const USER_DATA = /^(.*\.)?userData(Base64)?$/;

export const banRules = [
  rule(
    'BAN-01',
    'Nothing is created whose value is a secret, and nobody who signs in with one.',
    { checkov: ['CKV_AWS_273', 'CKV2_AWS_22'] },
    function* (graph) {
      for (const node of graph) if (BANNED.test(node.type)) yield [node, 'has a secret of its own'];
    },
  ),
  rule('BAN-02', 'No field that is made for a secret is filled in.', {}, function* (graph) {
    for (const node of graph) {
      const path = filledIn(node).find((each) => SECRET_FIELD.test(each));
      if (path !== undefined) yield [node, `has ${path}`];
    }
  }),
  rule(
    'BAN-03',
    'No machine starts with a script.',
    { checkov: ['CKV_AWS_46'] },
    function* (graph) {
      for (const node of graph)
        if (filledIn(node).some((path) => USER_DATA.test(path))) yield [node, 'has user data'];
    },
  ),
  rule(
    'BAN-04',
    'Nothing that is asked for is marked as secret: we know none.',
    {},
    function* (graph) {
      for (const node of graph)
        if (node.secretPaths.length > 0)
          yield [node, `has a secret in ${node.secretPaths.join(', ')}`];
    },
  ),
  rule('BAN-05', 'Every kind of resource has been thought about.', {}, function* (graph) {
    for (const node of graph)
      if (node.custom && !KNOWN.has(node.type)) yield [node, 'is of a kind that no rule knows'];
  }),
];

function filledIn({ inputs }: Node): readonly string[] {
  return leaves(inputs as Json)
    .filter(([, value]) => value !== null && value !== '' && value !== false)
    .map(([path]) => path.replaceAll(/~\.|\.\d+(?=\.|$)/g, (part) => (part === '~.' ? '.' : '')));
}

/** What a new kind means for the rules is decided when it comes, and then it is written here. */
const KNOWN = new Set(
  `
accessanalyzer/analyzer:Analyzer
appautoscaling/policy:Policy
appautoscaling/target:Target
cloudtrail/trail:Trail
cloudwatch/eventRule:EventRule
cloudwatch/eventTarget:EventTarget
cloudwatch/logGroup:LogGroup
cloudwatch/logMetricFilter:LogMetricFilter
cloudwatch/logResourcePolicy:LogResourcePolicy
cloudwatch/metricAlarm:MetricAlarm
ec2/defaultRouteTable:DefaultRouteTable
ec2/defaultSecurityGroup:DefaultSecurityGroup
ec2/eip:Eip
ec2/flowLog:FlowLog
ec2/internetGateway:InternetGateway
ec2/natGateway:NatGateway
ec2/networkAcl:NetworkAcl
ec2/route:Route
ec2/routeTable:RouteTable
ec2/routeTableAssociation:RouteTableAssociation
ec2/securityGroup:SecurityGroup
ec2/subnet:Subnet
ec2/vpc:Vpc
ec2/vpcEndpoint:VpcEndpoint
ecr/lifecyclePolicy:LifecyclePolicy
ecr/repository:Repository
ecr/repositoryPolicy:RepositoryPolicy
ecs/cluster:Cluster
ecs/service:Service
ecs/taskDefinition:TaskDefinition
guardduty/detector:Detector
guardduty/detectorFeature:DetectorFeature
iam/openIdConnectProvider:OpenIdConnectProvider
iam/policy:Policy
iam/role:Role
iam/rolePolicy:RolePolicy
kms/alias:Alias
kms/key:Key
lb/listener:Listener
lb/listenerRule:ListenerRule
lb/loadBalancer:LoadBalancer
lb/targetGroup:TargetGroup
networkfirewall/firewall:Firewall
networkfirewall/firewallPolicy:FirewallPolicy
networkfirewall/loggingConfiguration:LoggingConfiguration
networkfirewall/ruleGroup:RuleGroup
rds/cluster:Cluster
rds/clusterInstance:ClusterInstance
rds/clusterParameterGroup:ClusterParameterGroup
rds/subnetGroup:SubnetGroup
route53/resolverFirewallConfig:ResolverFirewallConfig
route53/resolverFirewallDomainList:ResolverFirewallDomainList
route53/resolverFirewallRule:ResolverFirewallRule
route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup
route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation
route53/resolverQueryLogConfig:ResolverQueryLogConfig
route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation
s3/bucket:Bucket
s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration
s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration
s3/bucketOwnershipControls:BucketOwnershipControls
s3/bucketPolicy:BucketPolicy
s3/bucketPublicAccessBlock:BucketPublicAccessBlock
s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration
s3/bucketVersioning:BucketVersioning
secretsmanager/secret:Secret
secretsmanager/secretPolicy:SecretPolicy
servicediscovery/privateDnsNamespace:PrivateDnsNamespace
servicediscovery/service:Service
sesv2/configurationSet:ConfigurationSet
sesv2/configurationSetEventDestination:ConfigurationSetEventDestination
sesv2/emailIdentity:EmailIdentity
sns/topic:Topic
sns/topicPolicy:TopicPolicy
sns/topicSubscription:TopicSubscription
verifiedpermissions/policy:Policy
verifiedpermissions/policyStore:PolicyStore
verifiedpermissions/schema:Schema
vpc/securityGroupEgressRule:SecurityGroupEgressRule
vpc/securityGroupIngressRule:SecurityGroupIngressRule
wafv2/webAcl:WebAcl
wafv2/webAclAssociation:WebAclAssociation
wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration
`
    .trim()
    .split('\n')
    .map((type) => `aws:${type}`)
    .concat('pulumi:providers:aws'),
);

/** In a stack's file a secret stands encrypted, and whoever has the passphrase or the key has it. */
export function stackFileFindings(file: string, text: string): readonly string[] {
  return [
    [/^\s*(?:[\w:.-]+:\s*)?secure:/m, 'has an encrypted value'],
    [/^encryptionsalt:/m, 'is encrypted with a passphrase'],
    [/^secretsprovider:(?!\s*["']?awskms:)/m, 'is encrypted by somebody else than KMS'],
  ].flatMap(([pattern, says]) =>
    (pattern as RegExp).test(text) ? [`${file} ${String(says)}`] : [],
  );
}
