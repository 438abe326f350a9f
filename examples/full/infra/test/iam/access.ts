import type { Graph, Node } from '../graph.ts';
import { at, documentAt, listAt, ofType, textAt } from '../graph.ts';
import type { Context, Decision, Document } from './evaluator.ts';
import { decide } from './evaluator.ts';

/** A role as it would stand in the account, with all that decides what it may do. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly trust: Document;
  readonly identity: readonly Document[];
  readonly boundary?: Document;
}

export interface Access {
  readonly roles: readonly Role[];
  /** The policies of keys, secrets, buckets and roles, by the address of each. */
  readonly resources: ReadonlyMap<string, Document>;
  role(name: string): Role;
  decide(role: Role, action: string, resource: string, context?: Context): Decision;
}

/** `boundaries` are those that the graph names and another program makes; `around` is what else the account has. */
export function accessOf(
  graph: Graph,
  boundaries: ReadonlyMap<string, Document> = new Map(),
  around: ReadonlyMap<string, Document> = new Map(),
): Access {
  const known = new Map([...boundaries, ...managedPolicies(graph)]);
  const roles = ofType(graph, 'aws:iam/role:Role').map((node) => roleOf(graph, node, known));
  const resources = new Map([...around, ...resourcePolicies(graph)]);
  for (const { arn, trust } of roles) resources.set(arn, trust);
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
        context: { ...surroundings(graph, role, resource), ...context },
      }),
  };
}

// What every request says, without being asked: whose it is, of whom, and how the thing is tagged.
function surroundings(graph: Graph, role: Role, resource: string): Context {
  const tags = at(graph.find(({ arn }) => arn === resource)?.inputs, 'tags') ?? {};
  const account = role.arn.split(':')[4] ?? '';
  return {
    'aws:PrincipalAccount': account,
    'aws:ResourceAccount': resource.split(':')[4] || account,
    'kms:CallerAccount': account,
    ...Object.fromEntries(
      Object.entries(tags).map(([tag, value]) => [`aws:ResourceTag/${tag}`, String(value)]),
    ),
  };
}

function policiesOn(role: Role, resources: ReadonlyMap<string, Document>, arn: string) {
  // What lies in a bucket is under the bucket's policy.
  const resource =
    resources.get(arn) ?? resources.get(arn.replace(/^(arn:aws:s3:::[^/]+)\/.*$/, '$1'));
  return {
    identity: role.identity,
    ...(role.boundary && { boundary: role.boundary }),
    ...(resource && { resource }),
  };
}

function roleOf(graph: Graph, node: Node, known: ReadonlyMap<string, Document>): Role {
  const name = textAt(node.inputs, 'name');
  if (name === '') throw new Error(`${node.urn} has no name that a policy could speak of.`);
  if (node.inputs['inlinePolicies'] || node.inputs['managedPolicyArns'])
    throw new Error(`${name} has policies that are no resources of their own.`);
  const boundaryArn = textAt(node.inputs, 'permissionsBoundary');
  const boundary = known.get(boundaryArn);
  if (boundaryArn !== '' && boundary === undefined)
    throw new Error(`Nobody knows what ${boundaryArn} says.`);
  const inline = ofType(graph, 'aws:iam/rolePolicy:RolePolicy').filter(
    ({ inputs }) => inputs['role'] === name,
  );
  return {
    name,
    arn: node.arn,
    trust: document(node, 'assumeRolePolicy'),
    identity: [
      ...inline.map((policy) => document(policy, 'policy')),
      ...attached(graph, name, known),
    ],
    ...(boundary && { boundary }),
  };
}

function attached(
  graph: Graph,
  role: string,
  known: ReadonlyMap<string, Document>,
): readonly Document[] {
  const attachments = ofType(graph, 'aws:iam/rolePolicyAttachment:RolePolicyAttachment');
  return attachments
    .filter(({ inputs }) => inputs['role'] === role)
    .map(({ inputs }) => {
      const arn = textAt(inputs, 'policyArn');
      const found = known.get(arn);
      if (found === undefined) throw new Error(`Nobody knows what ${arn} says.`);
      return found;
    });
}

function managedPolicies(graph: Graph): readonly (readonly [string, Document])[] {
  return ofType(graph, 'aws:iam/policy:Policy').map((node) => [node.arn, document(node, 'policy')]);
}

function resourcePolicies(graph: Graph): ReadonlyMap<string, Document> {
  const found = new Map<string, Document>();
  for (const key of ofType(graph, 'aws:kms/key:Key')) found.set(key.arn, document(key, 'policy'));
  for (const one of ofType(graph, 'aws:secretsmanager/secretPolicy:SecretPolicy'))
    found.set(textAt(one.inputs, 'secretArn'), document(one, 'policy'));
  for (const one of ofType(graph, 'aws:s3/bucketPolicy:BucketPolicy'))
    found.set(`arn:aws:s3:::${textAt(one.inputs, 'bucket')}`, document(one, 'policy'));
  return found;
}

function document(node: Node, property: string): Document {
  const found = documentAt(node, property);
  if (listAt(found, 'Statement').length === 0) throw new Error(`${node.urn} says nothing.`);
  return found as unknown as Document;
}
