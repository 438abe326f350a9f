/** What the program asks of the cloud, as data: a rule reads this and nothing else. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [property: string]: Json };

export interface Node {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The URN of the component that it belongs to. */
  readonly parent: string;
  /** A resource of a provider, and no component. */
  readonly custom: boolean;
  readonly inputs: { readonly [property: string]: Json };
  /** What it is called once it is there: another node's inputs name it by one of these. */
  readonly id: string;
  readonly arn: string;
  /** Where a value is marked as secret: `environment.variables`. */
  readonly secretPaths: readonly string[];
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly ignoreChanges: readonly string[];
    readonly dependsOn: readonly string[];
    readonly provider: string;
  };
  /** The URNs that each property was made from. */
  readonly propertyDependencies: { readonly [property: string]: readonly string[] };
}

export type Graph = readonly Node[];

export interface Finding {
  readonly rule: string;
  readonly urn: string;
  readonly says: string;
}

export type Rule = (graph: Graph) => readonly Finding[];

export function ofType(graph: Graph, ...types: readonly string[]): readonly Node[] {
  return graph.filter((node) => types.includes(node.type));
}

/** Follows a path of properties, `rules.0.apply`; what is not there is undefined. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** Arrays too: an index is a property like another. */
function isObject(value: Json | undefined): value is { readonly [property: string]: Json } {
  return typeof value === 'object' && value !== null;
}

export function listAt(value: Json | undefined, path: string): readonly Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

export function textAt(value: Json | undefined, path: string): string {
  const found = at(value, path);
  return typeof found === 'string' ? found : '';
}

/** A property that holds JSON as text: a policy, the containers of a task. What does not parse is null. */
export function documentAt(node: Node, path: string): Json {
  const text = textAt(node.inputs, path);
  try {
    return text === '' ? null : (JSON.parse(text) as Json);
  } catch {
    return null;
  }
}

/** Every value in it that is no object, with its path; JSON in a text is opened too: `policy~.Statement.0`. */
export function leaves(value: Json | undefined, path = ''): readonly (readonly [string, Json])[] {
  const inside = typeof value === 'string' ? parsed(value) : value;
  if (!isObject(inside)) return value === undefined ? [] : [[path, value]];
  const prefix = path === '' ? '' : `${path}${typeof value === 'string' ? '~.' : '.'}`;
  return Object.entries(inside).flatMap(([key, inner]) => leaves(inner, `${prefix}${key}`));
}

function parsed(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** The nodes that a property was made from. */
export function madeFrom(graph: Graph, node: Node, property: string): readonly Node[] {
  const urns = node.propertyDependencies[property] ?? [];
  return graph.filter(({ urn }) => urns.includes(urn));
}

/** The node with this id or ARN. */
export function named(graph: Graph, reference: Json | undefined): Node | undefined {
  if (typeof reference !== 'string' || reference === '') return undefined;
  return graph.find(({ id, arn }) => id === reference || arn === reference);
}

/** Whether any property of `node` speaks of `other`. */
export function refersTo(node: Node, other: Node): boolean {
  return Object.values(node.propertyDependencies).some((urns) => urns.includes(other.urn));
}

export function ownedBy(graph: Graph, componentUrn: string): Graph {
  const children = graph.filter(({ parent }) => parent === componentUrn);
  return children.flatMap((child) => [child, ...ownedBy(graph, child.urn)]);
}
