import { masterSecretOf } from '../cloud.ts';
import type { Graph, Json, Node } from '../graph.ts';
import { databasesOf, leaves, listAt, named, programsOf, textAt, where } from '../graph.ts';
import type { PolicyStatement } from './rule.ts';
import {
  eachOf,
  identityStatements,
  isForThisAccount,
  isService,
  must,
  rule,
  statementsAt,
} from './rule.ts';

const SECRET_POLICY = 'aws:secretsmanager/secretPolicy:SecretPolicy';
const ROLE = 'aws:iam/role:Role';
/** AWS knows no resource for these. Each also stands in iam.ts with its reason, so that neither list grows alone. */
const IMPOSED = ['ecr:GetAuthorizationToken'];
/** The objects of a bucket and the streams of a log: the fixed part names the owner. */
const WITHIN =
  /^(arn:aws:s3:::[a-z0-9.-]+\/|arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:[\w./-]+:log-stream:)\*$/;
/** Roles of this project, in one environment. */
const OWN_ROLES = /^arn:aws:iam::\d{12}:role\/[a-z0-9-]+-(dev|prod)\.[a-z0-9.-]*\*$/;
const BOUNDARY = /^arn:aws:iam::\d{12}:policy\/[a-z0-9-]+-boundary$/;
/** Each would put a secret into Pulumi's state, or a person where a role belongs. */
const BANNED =
  /^(aws:secretsmanager\/secretVersion:|aws:iam\/(accessKey|user|userLoginProfile|userPolicy|userPolicyAttachment|serviceSpecificCredential):|aws:ec2\/keyPair:|aws:lightsail\/keyPair:|aws:ssm\/parameter:|random:|tls:|aws:index\/getRandomPassword)/;
/** Write-only fields as well: Pulumi stores their values. */
const SECRET_FIELD =
  /^(?!.*(manage|arn|Arn|KeyId))(?:.*\.)?(?:\w*[pP]assword(?:Wo)?|secretString(?:Wo)?|secretBinary|authToken|privateKey|valueWo|accessToken|clientSecret|oauthToken)$/;
const USER_DATA = /^(.*\.)?userData(Base64)?$/;

/** Who may do what, and that no secret stands where it could be read. */
export const identityRules = [
  ...mustState({
    'IAM-01: No statement allows a wildcard of actions.': ({ actions, notActions }) =>
      notActions.length === 0 && !actions.some(isPattern),
    'IAM-02: Actions are allowed on named resources.': ({ actions, resources, notResources }) =>
      notResources.length === 0 &&
      (resources.every((resource) => WITHIN.test(resource) || !isPattern(resource)) ||
        actions.every((action) => IMPOSED.includes(action))),
    'IAM-05: A role is passed to one named service.': ({ actions, resources, conditions }) =>
      !actions.includes('iam:PassRole') ||
      (conditions.get('StringEquals iam:PassedToService')?.length === 1 &&
        (!resources.some(isPattern) || resources.every((resource) => OWN_ROLES.test(resource)))),
  }),
  ...must(ROLE, {
    'IAM-04: A trust policy names principals, for this account alone.': isNarrow,
    'OIDC-01: A workflow assumes a role from one repository and environment, without a wildcard.':
      namesWorkflow,
    'IAM-06: Each role has the permissions boundary of the project.': ({ inputs }) =>
      BOUNDARY.test(textAt(inputs, 'permissionsBoundary')),
  }),
  ...must('*', {
    // AWS changes the policies that it manages.
    'IAM-03: No role has a policy that AWS manages.': ({ type, inputs }) =>
      !type.startsWith('aws:iam/') ||
      ![inputs['policyArn'] ?? '', ...listAt(inputs, 'managedPolicyArns')].some((arn) =>
        String(arn).startsWith('arn:aws:iam::aws:'),
      ),
    'BAN-01: No resource holds a secret or signs in a person.': ({ type }) => !BANNED.test(type),
    'BAN-02: No field for a secret is filled in.': (node) => {
      const path = filledIn(node).find((each) => SECRET_FIELD.test(each));
      return path === undefined || `It has ${path}.`;
    },
    'BAN-03: No machine starts with a script.': (node) =>
      !filledIn(node).some((path) => USER_DATA.test(path)),
    'BAN-04: No input is marked as secret: the program knows no secret.': ({ secretPaths }) =>
      secretPaths.length === 0 || `It has a secret in ${secretPaths.join(', ')}.`,
    'BAN-05: Each type of resource is listed, once its rules are decided.': ({ custom, type }) =>
      !custom || KNOWN.has(type),
  }),
  rule('IAM-07', 'The policy of a secret names each role that reads it.', function* (graph) {
    for (const [node, { effect, actions, resources }] of identityStatements(graph)) {
      if (effect !== 'Allow' || !actions.includes('secretsmanager:GetSecretValue')) continue;
      const stray = resources.find((resource) => !mayRead(graph, node, resource));
      if (stray !== undefined) yield [node, `reads ${stray}`];
    }
  }),
];

/** Rules for each statement that allows something to a role. */
function mustState(checks: Readonly<Record<string, (statement: PolicyStatement) => boolean>>) {
  return eachOf(checks, (id, demands, check) =>
    rule(id, demands, function* (graph) {
      for (const [node, statement] of identityStatements(graph))
        if (statement.effect === 'Allow' && !check(statement))
          yield [
            node,
            `${demands} It allows ${statement.actions.join(', ')} on ${statement.resources.join(', ')}.`,
          ];
    }),
  );
}

function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

function isNarrow(role: Node): boolean {
  const allowing = statementsAt(role, 'assumeRolePolicy').filter(
    ({ effect }) => effect === 'Allow',
  );
  return (
    allowing.length > 0 &&
    allowing.every(
      (statement) =>
        !statement.principals.some(isPattern) &&
        (!statement.principals.some(isService) || isForThisAccount(statement)),
    )
  );
}

function namesWorkflow(role: Node): boolean {
  const isExact = ({ conditions }: PolicyStatement, claim: string) => {
    const key = `StringEquals token.actions.githubusercontent.com:${claim}`;
    const values = conditions.get(key) ?? [];
    return values.length > 0 && !values.some(isPattern);
  };
  return statementsAt(role, 'assumeRolePolicy')
    .filter(({ principals }) => principals.some((one) => one.startsWith('Federated=')))
    .every((statement) => isExact(statement, 'aud') && isExact(statement, 'sub'));
}

/** The policy of a secret names its readers. RDS's own master secret has none: one task of the segment reads it. */
function mayRead(graph: Graph, policy: Node, secret: string): boolean {
  const role = named(graph, policy.inputs['role']);
  const readers = where(graph, SECRET_POLICY, { secretArn: secret })
    .flatMap((node) => statementsAt(node, 'policy'))
    .filter(
      ({ effect, actions }) =>
        effect === 'Deny' && actions.includes('secretsmanager:GetSecretValue'),
    )
    .flatMap(({ conditions }) => conditions.get('ArnNotEquals aws:PrincipalArn') ?? []);
  return role !== undefined && (readers.includes(role.arn) || makesLogins(graph, role, secret));
}

function makesLogins(graph: Graph, role: Node, secret: string): boolean {
  const program = programsOf(graph).find((one) => one.role === role);
  const database = databasesOf(graph).find(({ cluster }) => masterSecretOf(cluster) === secret);
  const running = where(graph, 'aws:ecs/service:Service', { taskDefinition: program?.task.arn });
  return program !== undefined && program.segment === database?.segment && running.length === 0;
}

function filledIn({ inputs }: Node): readonly string[] {
  return leaves(inputs as Json)
    .filter(([, value]) => value !== null && value !== '' && value !== false)
    .map(([path]) => path.replaceAll(/~\.|\.\d+(?=\.|$)/g, (part) => (part === '~.' ? '.' : '')));
}

const KNOWN = new Set(
  `accessanalyzer: Analyzer
appautoscaling: Policy Target
cloudtrail: Trail
cloudwatch: EventRule EventTarget LogGroup LogMetricFilter LogResourcePolicy MetricAlarm
ec2: DefaultRouteTable DefaultSecurityGroup Eip FlowLog InternetGateway NatGateway NetworkAcl Route RouteTable
ec2: RouteTableAssociation SecurityGroup Subnet Vpc VpcEndpoint
ecr: LifecyclePolicy Repository RepositoryPolicy
ecs: Cluster Service TaskDefinition
guardduty: Detector DetectorFeature
iam: OpenIdConnectProvider Policy Role RolePolicy
kms: Alias Key
lb: Listener ListenerRule LoadBalancer TargetGroup
networkfirewall: Firewall FirewallPolicy LoggingConfiguration RuleGroup
rds: Cluster ClusterInstance ClusterParameterGroup SubnetGroup
route53: ResolverFirewallConfig ResolverFirewallDomainList ResolverFirewallRule ResolverFirewallRuleGroup
route53: ResolverFirewallRuleGroupAssociation ResolverQueryLogConfig ResolverQueryLogConfigAssociation
s3: Bucket BucketLifecycleConfiguration BucketObjectLockConfiguration BucketOwnershipControls BucketPolicy
s3: BucketPublicAccessBlock BucketServerSideEncryptionConfiguration BucketVersioning
secretsmanager: Secret SecretPolicy
servicediscovery: PrivateDnsNamespace Service
sesv2: ConfigurationSet ConfigurationSetEventDestination EmailIdentity
sns: Topic TopicPolicy TopicSubscription
vpc: SecurityGroupEgressRule SecurityGroupIngressRule
wafv2: WebAcl WebAclAssociation WebAclLoggingConfiguration`
    .split('\n')
    .flatMap((line) => {
      const [service = '', ...types] = line.split(/:? /);
      return types.map(
        (type) => `aws:${service}/${type[0]?.toLowerCase()}${type.slice(1)}:${type}`,
      );
    })
    .concat('pulumi:providers:aws'),
);
