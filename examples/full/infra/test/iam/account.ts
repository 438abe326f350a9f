import * as aws from '@pulumi/aws';
import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { capture } from '../capture.ts';
import { ACCOUNT, REGION } from '../cloud.ts';
import type { Graph, Node } from '../graph.ts';
import { at, documentAt, listAt, ofType, textAt, where } from '../graph.ts';
import type { Context, Decision, Document, Policies } from './evaluator.ts';
import { decide } from './evaluator.ts';

/** The resources of the program and of bootstrap, in one account. */
export interface Account {
  readonly program: Graph;
  readonly bootstrap: Graph;
  readonly access: Access;
}

/** A role, with every policy that decides what it may do. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly trust: Document;
  readonly identity: readonly Document[];
  readonly boundary?: Document;
}

export interface Access {
  readonly roles: readonly Role[];
  /** The policies of keys, secrets, buckets and roles, by ARN. */
  readonly resources: ReadonlyMap<string, Document>;
  role(name: string): Role;
  decide(role: Role, action: string, resource: string, context?: Context): Decision;
}

export const ADMINISTRATOR = `arn:aws:iam::${ACCOUNT}:role/administrator`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;

/** Resources beside the project, whose policies leave access to the account: a denial then says something of the role. */
const others: readonly (readonly [string, Document])[] = [
  [`arn:aws:iam::${ACCOUNT}:role/another`, allowedToAccount('sts:AssumeRole')],
  [ADMINISTRATOR, allowedToAccount('sts:AssumeRole')],
  [`arn:aws:kms:${REGION}:${ACCOUNT}:key/another`, allowedToAccount('kms:*')],
];

function allowedToAccount(action: string): Document {
  return {
    Statement: [{ Effect: 'Allow', Principal: { AWS: ROOT }, Action: action, Resource: '*' }],
  };
}

/** A proof of denial has to find the request allowed for this role. */
export function createAdministrator(): void {
  const name = 'administrator';
  const [trust, all] = [allowedToAccount('sts:AssumeRole'), '*'];
  const everything = { Statement: [{ Effect: 'Allow', Action: [all], Resource: [all] }] };
  new aws.iam.Role(name, { name, assumeRolePolicy: JSON.stringify(trust) });
  new aws.iam.RolePolicy(name, { role: name, policy: JSON.stringify(everything) });
}

export async function accountOf(
  program: Graph,
  project: string,
  environment = 'prod',
): Promise<Account> {
  const settings = {
    project,
    region: REGION,
    accountId: ACCOUNT,
    repository: `${project}/${project}`,
    environments: [environment],
    services: ['api'],
  };
  const { graph } = await capture(() => bootstrap(settings));
  return { program, bootstrap: graph, access: accessIn(program, graph) };
}

export function accessIn(program: Graph, before: Graph): Access {
  const graph = [...before, ...program];
  const roles = ofType(graph, 'aws:iam/role:Role').map((node) => roleOf(graph, node));
  const resources = new Map([
    ...others,
    ...resourcePolicies(graph),
    ...roles.map(({ arn, trust }) => [arn, trust] as const),
  ]);
  return {
    roles,
    resources,
    role: (name) => {
      const found = roles.find((role) => role.name === name);
      if (found === undefined) throw new Error(`There is no role ${name}.`);
      return found;
    },
    decide: (role, action, resource, context = {}) =>
      decide(policiesOn(role, resources, resource), {
        principal: role.arn,
        action,
        resource,
        context: { ...contextOf(graph, role, resource), ...context },
      }),
  };
}

/** The context keys that AWS adds to every request: accounts, and tags of the resource. */
function contextOf(graph: Graph, role: Role, resource: string): Context {
  const tags = at(graph.find(({ arn }) => arn === resource)?.inputs, 'tags') ?? {};
  const account = role.arn.split(':')[4] ?? '';
  const ofResource = Object.entries(tags).map(([tag, value]) => [
    `aws:ResourceTag/${tag}`,
    String(value),
  ]);
  return {
    'aws:PrincipalAccount': account,
    'aws:ResourceAccount': resource.split(':')[4] || account,
    'kms:CallerAccount': account,
    ...Object.fromEntries(ofResource),
  };
}

function policiesOn(
  { identity, boundary }: Role,
  resources: Access['resources'],
  arn: string,
): Policies {
  // The policy of a bucket decides about its objects.
  const bucket = arn.replace(/^(arn:aws:s3:::[^/]+)\/.*$/, '$1');
  const resource = resources.get(arn) ?? resources.get(bucket);
  return { identity, ...(boundary && { boundary }), ...(resource && { resource }) };
}

function roleOf(graph: Graph, node: Node): Role {
  const name = textAt(node.inputs, 'name');
  if (name === '') throw new Error(`${node.urn} has no name that a policy could refer to.`);
  if (node.inputs['inlinePolicies'] || node.inputs['managedPolicyArns'])
    throw new Error(`${name} has policies that are not resources of their own.`);
  const managed = (arn: string) => {
    const [found] = ofType(graph, 'aws:iam/policy:Policy').filter((policy) => policy.arn === arn);
    if (found === undefined) throw new Error(`The policy ${arn} is in no graph.`);
    return policyAt(found, 'policy');
  };
  const inline = where(graph, 'aws:iam/rolePolicy:RolePolicy', { role: name });
  const attached = where(graph, 'aws:iam/rolePolicyAttachment:RolePolicyAttachment', {
    role: name,
  });
  const boundary = textAt(node.inputs, 'permissionsBoundary');
  return {
    name,
    arn: node.arn,
    trust: policyAt(node, 'assumeRolePolicy'),
    identity: [
      ...inline.map((policy) => policyAt(policy, 'policy')),
      ...attached.map(({ inputs }) => managed(textAt(inputs, 'policyArn'))),
    ],
    ...(boundary !== '' && { boundary: managed(boundary) }),
  };
}

function resourcePolicies(graph: Graph): readonly (readonly [string, Document])[] {
  const policies = (type: string, arnOf: (node: Node) => string) =>
    ofType(graph, type).map((node) => [arnOf(node), policyAt(node, 'policy')] as const);
  return [
    ...policies('aws:kms/key:Key', ({ arn }) => arn),
    ...policies('aws:secretsmanager/secretPolicy:SecretPolicy', ({ inputs }) =>
      textAt(inputs, 'secretArn'),
    ),
    ...policies(
      'aws:s3/bucketPolicy:BucketPolicy',
      ({ inputs }) => `arn:aws:s3:::${textAt(inputs, 'bucket')}`,
    ),
  ];
}

function policyAt(node: Node, property: string): Document {
  const found = documentAt(node, property);
  if (listAt(found, 'Statement').length === 0) throw new Error(`${node.urn} has no statements.`);
  return found as unknown as Document;
}
