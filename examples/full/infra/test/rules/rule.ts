import type { Finding, Graph, Json, Node, Rule } from '../graph.ts';
import { at, documentAt, listAt, named } from '../graph.ts';

export interface GraphRule {
  readonly id: string;
  readonly demands: string;
  readonly find: Rule;
}

type Broken = Iterable<readonly [node: Node, says: string]>;

/** True, or else false or a text that says what is wrong. */
type Verdict = boolean | string;
export type Check = (node: Node, graph: Graph) => Verdict;
/** Paths into the inputs and `options` of a node, with the value that each must have. */
type Values = Readonly<Record<string, Json>>;

export function rule(id: string, demands: string, broken: (graph: Graph) => Broken): GraphRule {
  const find = (graph: Graph): readonly Finding[] =>
    [...broken(graph)].map(([{ urn }, says]) => ({ rule: id, urn, says }));
  return { id, demands, find };
}

/** A rule that every node of these types has to pass. */
export function must(
  id: string,
  types: string | readonly string[],
  demands: string,
  check: Check | Values,
): GraphRule {
  const passes = typeof check === 'function' ? check : has(check);
  return rule(id, demands, (graph) =>
    graph
      .filter(({ type }) => [types].flat().includes(type))
      .flatMap((node) => {
        const verdict = passes(node, graph);
        return verdict === true ? [] : [[node, `${demands} ${verdict || ''}`.trim()] as const];
      }),
  );
}

export function has(values: Values): Check {
  return ({ inputs, options }) =>
    Object.entries(values).every(([path, value]) => at({ ...inputs, options }, path) === value);
}

/** The property names a node of the graph: a key or a log that this project manages. */
export function refers(path: string): Check {
  return ({ inputs }, graph) => named(graph, at(inputs, path)) !== undefined;
}

/** One statement of a policy. */
export interface PolicyStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `Service=…`, `AWS=…`, `Federated=…`, or `*`. */
  readonly principals: readonly string[];
  /** Values by operator and key: `StringEquals aws:SourceAccount`. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
}

export function statementsAt(node: Node, path: string): readonly PolicyStatement[] {
  const found = at(documentAt(node, path), 'Statement');
  // AWS accepts a single statement instead of a list.
  const statements = Array.isArray(found) ? (found as readonly Json[]) : [found ?? []].flat();
  return statements.map((statement) => ({
    effect: texts(at(statement, 'Effect'))[0] ?? '',
    actions: texts(at(statement, 'Action')),
    notActions: texts(at(statement, 'NotAction')),
    resources: texts(at(statement, 'Resource')),
    notResources: texts(at(statement, 'NotResource')),
    principals: principalsOf(at(statement, 'Principal')),
    conditions: conditionsOf(at(statement, 'Condition')),
  }));
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

/** Statements of the policies that stand on roles, each with its node. */
export function identityStatements(graph: Graph): readonly (readonly [Node, PolicyStatement])[] {
  return [
    ['aws:iam/rolePolicy:RolePolicy', 'policy'],
    ['aws:iam/policy:Policy', 'policy'],
    ['aws:iam/role:Role', 'inlinePolicies.0.policy'],
  ].flatMap(([type, path = '']) =>
    graph
      .filter((node) => node.type === type)
      .flatMap((node) => statementsAt(node, path).map((statement) => [node, statement] as const)),
  );
}

/** Open to any principal: no condition narrows it to this account. */
export function isOpen({ effect, principals, conditions }: PolicyStatement): boolean {
  if (effect !== 'Allow' || !principals.includes('*')) return false;
  return ![...conditions].some(
    ([name, values]) =>
      /^(StringEquals|ArnLike|ArnEquals) (aws:PrincipalAccount|aws:SourceAccount|aws:PrincipalArn|kms:CallerAccount)$/.test(
        name,
      ) && values.every((value) => !value.startsWith('*')),
  );
}

/** Without this condition, AWS would act for another customer too (confused deputy). */
export function isForThisAccount({ conditions }: PolicyStatement): boolean {
  return [...conditions.keys()].some((name) => /aws:Source(Account|Arn)$/.test(name));
}

export function isService(principal: string): boolean {
  return principal.startsWith('Service=');
}

/** Whether a list at `path` of the inputs has such an entry. */
export function someAt(node: Node | undefined, path: string, is: (entry: Json) => boolean) {
  return listAt(node?.inputs, path).some(is);
}
