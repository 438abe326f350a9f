import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { anyOf } from '../syntax/detectors.ts';
import { inTexts, matching } from '../syntax/passages.ts';
import { nameOf } from '../syntax/read.ts';
import { type Statement, statementOf, statementsIn } from '../syntax/statements.ts';

/**
 * Actions that AWS lets nobody narrow to a resource, because they answer about the account or create what has no name
 * yet. The service authorization reference lists them without a resource type.
 */
const WITHOUT_RESOURCE: readonly (readonly [RegExp, string])[] = [
  [/^ecr:GetAuthorizationToken$/i, 'logs in to the registry, before any repository is named'],
  [/^sts:(?:GetCallerIdentity|GetSessionToken)$/i, 'answers about the caller'],
  [/^cloudwatch:PutMetricData$/i, 'metrics have no ARN; a condition narrows the namespace'],
  [/^xray:(?:Put(?:TraceSegments|TelemetryRecords)|GetSampling\w+)$/i, 'traces have no ARN'],
  [/^ssmmessages:(?:Create|Open)(?:Control|Data)Channel$/i, 'channels have no ARN'],
  [
    /^ec2:(?:Describe\w+|\w+NetworkInterface)$/i,
    'lists, and interfaces that get their id on creation',
  ],
  [
    /^logs:(?:DescribeLogGroups|\w+LogDelivery|DescribeResourcePolicies)$/i,
    'account-wide lists and deliveries',
  ],
  [/^kms:(?:ListAliases|ListKeys|GenerateRandom)$/i, 'lists, and random bytes of no key'],
  [
    /^(?:s3:ListAllMyBuckets|iam:ListAccountAliases|tag:GetResources|acm:ListCertificates|secretsmanager:(?:ListSecrets|GetRandomPassword)|ecs:ListClusters)$/i,
    'lists of the account',
  ],
];

const MANAGED =
  /(?:policy\/(?:[\w-]{1,40}\/)?|ManagedPolicyName\(\s{0,20}["']|Managed_?Polic(?:y|ies)["']?(?:Name|Arns?)?["']?[\s.:=[]{1,8}["']?)(?:AdministratorAccess|PowerUserAccess|IAMFullAccess|[A-Za-z\d]{1,60}FullAccess)\b|^(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/g;

const ANYONE = /^(?:\*|AnyPrincipal|StarPrincipal)$/;

/** The same in other clouds and in Kubernetes. */
const ELSEWHERE =
  /\broles\/(?:owner|editor)\b|^all(?:Authenticated)?Users$|["'\s]all(?:Authenticated)?Users["'\s]|\bverbs["']?:\s{0,8}[[-]\s{0,8}["']?\*|^[ \t]{0,20}name:[ \t]{1,8}cluster-admin[ \t]{0,8}$/gm;

export const iamWildcardGrant: Rule = {
  id: 'iam-wildcard-grant',
  control: 'SUPPLY-5',
  reason:
    'Whoever takes over one task with a grant on everything has the account: its data, its keys and its other roles.',
  wayOut: 'Grant the actions that are called, each on the resource it is called for.',
  files: SHIPPED,
  keywords: [
    /AnyPrincipal|StarPrincipal|["'`:]\*(?!\*)|role\/\*|FullAccess|AdministratorAccess|PowerUser|[Nn]ot_?(?:[Aa]ction|[Rr]esource|[Pp]rincipal)|roles\/|allUsers|allAuthenticatedUsers|cluster-admin/,
    /action|polic|access|roles?\b|member|verbs|Users/i,
  ],
  ...anyOf(
    inTexts((text) =>
      [...statementsIn(text)]
        .filter(({ statement }) => isOpen(statement))
        .map(({ offset }) => offset),
    ),
    inTexts(matching(MANAGED, ELSEWHERE)),
    {
      syntax: (report) => ({
        ObjectExpression(node) {
          const statement = statementOf(node);
          if (statement && isOpen(statement)) report(node);
        },
        MemberExpression(node) {
          if (!/ManagedPolic(?:y|ies)$/.test(nameOf(node.object))) return;
          if (/^(?:AdministratorAccess|PowerUserAccess|\w+FullAccess)$/.test(nameOf(node)))
            report(node);
        },
      }),
    },
  ),
};

function isOpen(statement: Statement): boolean {
  const { denies, inverted, principals, conditional } = statement;
  if (denies) return false;
  if (inverted || (!conditional && principals.some((principal) => ANYONE.test(principal))))
    return true;
  return (
    statement.actions.some((action) => grantsService(action, statement)) ||
    isOnEverything(statement)
  );
}

/** `*`, `s3:*`. In a key's own policy, `kms:*` for the account is what keeps the key manageable. */
function grantsService(action: string, { principals }: Statement): boolean {
  if (/^kms:\*$/i.test(action)) return principals.length === 0;
  return /^(?:[\w-]+:)?\*$/.test(action);
}

/** In the policy of a resource, `*` is that resource. A condition narrows, except for handing roles to services. */
function isOnEverything({ resources, actions, principals, conditional }: Statement): boolean {
  const passesRole = actions.some((action) => /^iam:(?:PassRole|\*)$/i.test(action));
  if (passesRole && resources.some((resource) => /^\*$|:role\/\*$/.test(resource))) return true;
  if (conditional || principals.length > 0) return false;
  if (!resources.some((resource) => /^\*$|^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(resource)))
    return false;
  return !actions.every((action) => WITHOUT_RESOURCE.some(([pattern]) => pattern.test(action)));
}
