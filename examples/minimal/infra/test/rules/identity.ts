import type { Graph, Node } from '../graph.ts';
import { listAt, named, ofType, textAt } from '../graph.ts';
import type { Said } from '../rule.ts';
import { masterSecretOf } from '../cloud.ts';
import { each, identityStatements, rule, statementsAt } from '../rule.ts';
import { databasesOf, programsOf } from '../segments.ts';

const ROLE = 'aws:iam/role:Role';
/** AWS knows no resource for these. Each stands in iam.ts with its reason, and here, so that neither grows alone. */
const IMPOSED = ['ecr:GetAuthorizationToken'];

export const identityRules = [
  ofStatements(
    'IAM-01',
    'Nobody may do everything of anything.',
    {
      checkov: [
        'CKV_AWS_62',
        'CKV_AWS_63',
        'CKV_AWS_286',
        'CKV_AWS_287',
        'CKV_AWS_288',
        'CKV_AWS_289',
      ],
      nag: ['IAM5'],
    },
    ({ actions, notActions }) =>
      (notActions.length > 0 && 'allows all but some') ||
      (actions.some((action) => /[*?]/.test(action)) &&
        `allows ${actions.find((action) => /[*?]/.test(action))}`),
  ),
  ofStatements(
    'IAM-02',
    'What is allowed is allowed on what is named.',
    { checkov: ['CKV_AWS_290', 'CKV_AWS_355'], nag: ['IAM5'] },
    ({ actions, resources, notResources }) => {
      if (notResources.length > 0) return 'is about all but some';
      const isWide = resources.some((resource) => !isNamed(resource));
      return isWide && !actions.every((action) => IMPOSED.includes(action))
        ? `allows ${actions.join(', ')} on ${resources.join(', ')}`
        : undefined;
    },
  ),
  rule(
    'IAM-03',
    'No role has a policy that somebody else changes.',
    { checkov: ['CKV_AWS_274'], nag: ['IAM4'] },
    function* (graph) {
      for (const node of graph) {
        const attached = [
          textAt(node.inputs, 'policyArn'),
          ...listAt(node.inputs, 'managedPolicyArns'),
        ];
        const foreign = attached.find(
          (arn) => typeof arn === 'string' && arn.startsWith('arn:aws:iam::aws:'),
        );
        if (node.type.startsWith('aws:iam/') && foreign) yield [node, `has ${String(foreign)}`];
      }
    },
  ),
  rule(
    'IAM-04',
    'Who takes a role is named, and AWS takes it on behalf of this account alone.',
    { checkov: ['CKV_AWS_60', 'CKV_AWS_61'] },
    each([ROLE], (node) => {
      const said = statementsAt(node, 'assumeRolePolicy').filter(
        ({ effect }) => effect === 'Allow',
      );
      if (said.length === 0) return 'says nothing of who takes it';
      return said.map(whyTaken).find(Boolean);
    }),
  ),
  rule(
    'OIDC-01',
    'A workflow takes a role from one repository and one environment, spelt out.',
    { checkov: ['CKV_AWS_358'] },
    each([ROLE], (node) => {
      const federated = statementsAt(node, 'assumeRolePolicy').filter(({ principals }) =>
        principals.some((principal) => principal.startsWith('Federated=')),
      );
      const isExact = ({ conditions }: Said) =>
        ['aud', 'sub'].every((claim) => {
          const values =
            conditions.get(`StringEquals token.actions.githubusercontent.com:${claim}`) ?? [];
          return values.length > 0 && values.every((value) => !/[*?]/.test(value));
        });
      return federated.every(isExact) ? undefined : 'is taken by more than one workflow';
    }),
  ),
  ofStatements(
    'IAM-05',
    'A role is handed to one service, and only one that is named.',
    { checkov: ['CKV_AWS_286'] },
    ({ actions, resources, conditions }) => {
      if (!actions.includes('iam:PassRole')) return undefined;
      if (conditions.get('StringEquals iam:PassedToService')?.length !== 1)
        return 'hands roles to any service';
      return resources.some((resource) => /[*?]/.test(resource)) && !resources.every(isOurs)
        ? 'hands on any role'
        : undefined;
    },
  ),
  rule(
    'IAM-06',
    'No role gets past the boundary that an administrator has set.',
    {},
    each([ROLE], ({ inputs }) =>
      /^arn:aws:iam::\d{12}:policy\/[a-z0-9-]+-boundary$/.test(
        textAt(inputs, 'permissionsBoundary'),
      )
        ? undefined
        : 'has no boundary',
    ),
  ),
  rule(
    'IAM-07',
    'A secret is read by who needs it: no role reads one that no program of its segment has.',
    {},
    function* (graph) {
      for (const [node, { effect, actions, resources }] of identityStatements(graph)) {
        const isReading = actions.includes('secretsmanager:GetSecretValue');
        if (effect !== 'Allow' || !isReading) continue;
        const stray = resources.find((resource) => !mayRead(graph, node, resource));
        if (stray !== undefined) yield [node, `reads ${stray}`];
      }
    },
  ),
];

function ofStatements(
  id: string,
  demands: string,
  seeAlso: Parameters<typeof rule>[2],
  wrong: (said: Said) => string | false | undefined,
) {
  return rule(id, demands, seeAlso, function* (graph) {
    for (const [node, said] of identityStatements(graph)) {
      const says = said.effect === 'Allow' && wrong(said);
      if (says) yield [node, says];
    }
  });
}

/** The objects of a bucket and the streams of a log are named by what they are in. */
const WITHIN =
  /^(arn:aws:s3:::[a-z0-9.-]+\/|arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:[\w./-]+:log-stream:)\*$/;

function isNamed(resource: string): boolean {
  return WITHIN.test(resource) || !/[*?]/.test(resource);
}

/** Roles of this project, of one environment. */
function isOurs(resource: string): boolean {
  return /^arn:aws:iam::\d{12}:role\/[a-z0-9-]+-(dev|prod)\.[a-z0-9.-]*\*$/.test(resource);
}

function whyTaken({ principals, conditions }: Said): string | undefined {
  if (principals.some((principal) => /[*?]/.test(principal))) return 'is taken by anybody';
  const isService = principals.some((principal) => principal.startsWith('Service='));
  const isBound = [...conditions.keys()].some((name) => /aws:Source(Account|Arn)$/.test(name));
  return isService && !isBound ? 'is taken on behalf of anybody' : undefined;
}

/**
 * The secret's own policy says whom it is for, by the names of roles. That of who has made a database has none: a task of
 * its segment has it, once, and no service.
 */
function mayRead(graph: Graph, policy: Node, secret: string): boolean {
  const role = named(graph, policy.inputs['role']);
  const readers = ofType(graph, 'aws:secretsmanager/secretPolicy:SecretPolicy')
    .filter(({ inputs }) => textAt(inputs, 'secretArn') === secret)
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
  const isService = ofType(graph, 'aws:ecs/service:Service').some(
    ({ inputs }) => inputs['taskDefinition'] === program?.task.arn,
  );
  return program !== undefined && program.segment === database?.segment && !isService;
}
