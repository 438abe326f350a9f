import type { Finding, Graph, Json, Node, Rule } from '../graph.ts';
import { at, documentAt, listAt, named, ofType } from '../graph.ts';

export interface GraphRule {
  readonly id: string;
  readonly demands: string;
  readonly find: Rule;
}

/** True, or else false or a text that says what is wrong. */
type Verdict = boolean | string;
type Check = (node: Node, graph: Graph) => Verdict;
/** By path: the value that is demanded, or a test of the value. */
export type Values = Readonly<
  Record<string, Json | undefined | ((value: Json | undefined, graph: Graph) => Verdict)>
>;

/** A rule over the whole graph. */
export function rule(
  id: string,
  demands: string,
  broken: (graph: Graph) => Iterable<readonly [node: Node, says: string]>,
): GraphRule {
  const find = (graph: Graph): readonly Finding[] =>
    [...broken(graph)].map(([{ urn }, says]) => ({ rule: id, urn, says }));
  return { id, demands, find };
}

/**
 * Rules that every node of these types has to pass, by `<id>: <demand>`. `*` is every type. Paths of values lead into the
 * inputs of the node and its `options`.
 */
export function must(
  types: string | readonly string[],
  checks: Readonly<Record<string, Check | Values>>,
): readonly GraphRule[] {
  return eachOf(checks, (id, demands, check) =>
    rule(id, demands, (graph) =>
      (types === '*' ? graph : ofType(graph, ...[types].flat())).flatMap((node) => {
        const verdict =
          typeof check === 'function'
            ? check(node, graph)
            : meets({ ...node.inputs, options: node.options }, check, graph);
        return verdict === true ? [] : [[node, `${demands} ${verdict || ''}`.trim()] as const];
      }),
    ),
  );
}

/** Makes a rule of each entry, whose key is `<id>: <demand>`. */
export function eachOf<Test>(
  checks: Readonly<Record<string, Test>>,
  ruleOf: (id: string, demands: string, check: Test) => GraphRule,
): readonly GraphRule[] {
  return Object.entries(checks).map(([key, check]) => {
    const [id = '', demands = ''] = key.split(/: (.*)/);
    return ruleOf(id, demands, check);
  });
}

export function meets(subject: Json, values: Values, graph: Graph): Verdict {
  const verdicts = Object.entries(values).map(([path, wanted]) => {
    const value = at(subject, path);
    return typeof wanted === 'function' ? wanted(value, graph) : value === wanted;
  });
  return verdicts.find((verdict) => verdict !== true) ?? true;
}

/** The value names a node of the graph: a key or a log that this project manages. */
export function isManaged(value: Json | undefined, graph: Graph): boolean {
  return named(graph, value) !== undefined;
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

export function statementsAt(node: Node | undefined, path: string): readonly PolicyStatement[] {
  const found = node && at(documentAt(node, path), 'Statement');
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

function conditionsOf(value: Json | undefined): PolicyStatement['conditions'] {
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
  ].flatMap(([type = '', path = '']) =>
    ofType(graph, type).flatMap((node) =>
      statementsAt(node, path).map((statement) => [node, statement] as const),
    ),
  );
}

/** Open to any principal: no condition narrows it to this account. */
export function isOpen({ effect, principals, conditions }: PolicyStatement): boolean {
  if (effect !== 'Allow' || !principals.includes('*')) return false;
  return ![...conditions].some(
    ([name, values]) => NARROWS.test(name) && values.every((value) => !value.startsWith('*')),
  );
}

const NARROWS =
  /^(StringEquals|ArnLike|ArnEquals) (aws:PrincipalAccount|aws:SourceAccount|aws:PrincipalArn|kms:CallerAccount)$/;

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
