import type { Finding, Graph, Json, Node, Rule } from './graph.ts';
import { at, documentAt, listAt } from './graph.ts';

/** What else has a number for the same demand, for whoever has to show it to an auditor. */
export interface SeeAlso {
  readonly checkov?: readonly string[];
  readonly nag?: readonly string[];
}

export interface GraphRule extends SeeAlso {
  readonly id: string;
  readonly demands: string;
  readonly find: Rule;
}

type Broken = Iterable<readonly [node: Node, says: string]>;

export function rule(
  id: string,
  demands: string,
  seeAlso: SeeAlso,
  broken: (graph: Graph) => Broken,
): GraphRule {
  const find = (graph: Graph): readonly Finding[] =>
    [...broken(graph)].map(([{ urn }, says]) => ({ rule: id, urn, says }));
  return { id, demands, ...seeAlso, find };
}

/** Of each of these types: `wrong` says what is wrong with it, or nothing. */
export function each(
  types: readonly string[],
  wrong: (node: Node, graph: Graph) => string | false | undefined,
): (graph: Graph) => Broken {
  return (graph) =>
    graph
      .filter(({ type }) => types.includes(type))
      .flatMap((node) => {
        const says = wrong(node, graph);
        return says === false || says === undefined ? [] : [[node, says] as const];
      });
}

/** What a policy says, statement by statement. */
export interface Said {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `Service=…`, `AWS=…`, `Federated=…`, or `*`. */
  readonly principals: readonly string[];
  /** `StringEquals aws:SourceAccount` to what it has to be. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
}

export function statementsAt(node: Node, path: string): readonly Said[] {
  return listAt(asList(documentAt(node, path)), 'Statement').map((statement) => ({
    effect: texts(at(statement, 'Effect'))[0] ?? '',
    actions: texts(at(statement, 'Action')),
    notActions: texts(at(statement, 'NotAction')),
    resources: texts(at(statement, 'Resource')),
    notResources: texts(at(statement, 'NotResource')),
    principals: principalsOf(at(statement, 'Principal')),
    conditions: conditionsOf(at(statement, 'Condition')),
  }));
}

/** AWS takes a single statement in the place of a list. */
function asList(document: Json): Json {
  const statement = at(document, 'Statement');
  return { Statement: Array.isArray(statement) ? statement : [statement ?? null].filter(Boolean) };
}

function texts(value: Json | undefined): readonly string[] {
  return [value].flat().filter((text): text is string => typeof text === 'string');
}

function principalsOf(value: Json | undefined): readonly string[] {
  if (value === '*') return ['*'];
  return Object.entries(value ?? {}).flatMap(([kind, names]) =>
    texts(names as Json).map((name) => (name === '*' ? '*' : `${kind}=${name}`)),
  );
}

function conditionsOf(value: Json | undefined): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(value ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys as object).map(([key, values]) => [
        `${operator} ${key}`,
        texts(values as Json),
      ]),
    ),
  );
}

export const policyPaths: readonly (readonly [type: string, path: string])[] = [
  ['aws:iam/rolePolicy:RolePolicy', 'policy'],
  ['aws:iam/policy:Policy', 'policy'],
  ['aws:iam/role:Role', 'inlinePolicies.0.policy'],
];

/** What a role may do, from wherever it is said. */
export function identityStatements(graph: Graph): readonly (readonly [Node, Said])[] {
  return policyPaths.flatMap(([type, path]) =>
    graph
      .filter((node) => node.type === type)
      .flatMap((node) => statementsAt(node, path).map((said) => [node, said] as const)),
  );
}

/** On an S3 bucket, a key, a topic: anybody at all, and nothing that narrows it to this account. */
export function isOpen({ effect, principals, conditions }: Said): boolean {
  if (effect !== 'Allow' || !principals.includes('*')) return false;
  return ![...conditions].some(
    ([name, values]) =>
      /^(StringEquals|ArnLike|ArnEquals) (aws:PrincipalAccount|aws:SourceAccount|aws:PrincipalArn|kms:CallerAccount)$/.test(
        name,
      ) && values.every((value) => !value.startsWith('*')),
  );
}
