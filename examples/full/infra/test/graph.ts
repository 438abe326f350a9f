/** The resources that the program declares, as data. Rules read this graph and nothing else. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [property: string]: Json };

export interface Node {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The URN of its component. */
  readonly parent: string;
  /** True for a resource of a provider, false for a component. */
  readonly custom: boolean;
  readonly inputs: { readonly [property: string]: Json };
  /** Inputs of other nodes refer to this node by its id or its ARN. */
  readonly id: string;
  readonly arn: string;
  /** Paths of the values that are marked as secret: `environment.variables`. */
  readonly secretPaths: readonly string[];
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly ignoreChanges: readonly string[];
  };
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

/** Follows a path of properties, such as `rules.0.apply`. A missing one is undefined. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** Arrays too: an index is a property. */
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

/** Parses a property that holds JSON as text: a policy, or the containers of a task. Null if it does not parse. */
export function documentAt(node: Node, path: string): Json {
  const document = parsed(textAt(node.inputs, path));
  return typeof document === 'string' ? null : document;
}

/** Every value that is not an object, with its path. JSON in a text is parsed too: `policy~.Statement.0`. */
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

/** The nodes of a type that have these inputs, by path. An undefined value matches none. */
export function where(
  graph: Graph,
  type: string,
  values: Readonly<Record<string, Json | undefined>>,
): readonly Node[] {
  return ofType(graph, type).filter(({ inputs }) =>
    Object.entries(values).every(
      ([path, value]) => value !== undefined && at(inputs, path) === value,
    ),
  );
}

/** The node with this id or ARN. */
export function named(graph: Graph, reference: Json | undefined): Node | undefined {
  if (typeof reference !== 'string' || reference === '') return undefined;
  return graph.find(({ id, arn }) => id === reference || arn === reference);
}

/** The first node of this type with this name, or else with a name that starts with it. */
export function nodeNamed(graph: Graph, type: string, name: string): Node {
  const nodes = ofType(graph, type);
  const node =
    nodes.find((one) => one.name === name) ?? nodes.find((one) => one.name.startsWith(name));
  if (node === undefined) throw new Error(`The graph has no ${type} named ${name}.`);
  return node;
}

/** A copy of `value` with another value at a path. Undefined removes the property. */
export function replaceAt(
  value: Json,
  [key = '', ...rest]: readonly string[],
  to: Json | undefined,
): Json {
  const inner = at(value, key) ?? null;
  const changed = rest.length === 0 ? to : replaceAt(inner, rest, to);
  if (Array.isArray(value)) return Object.assign([...value], { [key]: changed ?? null });
  const { [key]: _replaced, ...others } = (value ?? {}) as { readonly [property: string]: Json };
  return changed === undefined ? others : { ...others, [key]: changed };
}

export function ownedBy(graph: Graph, componentUrn: string): Graph {
  const children = graph.filter(({ parent }) => parent === componentUrn);
  return children.flatMap((child) => [child, ...ownedBy(graph, child.urn)]);
}

interface ProgramNodes {
  readonly id: string;
  readonly segment: string;
  readonly role: Node;
  /** Its security group. */
  readonly group: Node | undefined;
  readonly task: Node;
}

interface DatabaseNodes {
  readonly segment: string;
  readonly cluster: Node;
  readonly groups: readonly string[];
}

/** `<project>-<environment>.<segment>.<program>`: the name of a role holds the segment of its program. */
const ROLE = /^[a-z0-9-]+\.([a-z0-9-]+)\.([a-z0-9-]+)$/;

export function programsOf(graph: Graph): readonly ProgramNodes[] {
  return ofType(graph, 'aws:ecs/taskDefinition:TaskDefinition').flatMap((task) => {
    const role = named(graph, task.inputs['taskRoleArn']);
    const [, segment, id] = ROLE.exec(textAt(role?.inputs, 'name')) ?? [];
    if (role === undefined || segment === undefined || id === undefined) return [];
    const groups = ofType(graph, 'aws:ec2/securityGroup:SecurityGroup');
    return [{ id, segment, role, group: groups.find(({ name }) => name === id), task }];
  });
}

export function databasesOf(graph: Graph): readonly DatabaseNodes[] {
  return ofType(graph, 'aws:rds/cluster:Cluster').map((cluster) => ({
    segment: cluster.name.replace(/^database-/, ''),
    cluster,
    groups: listAt(cluster.inputs, 'vpcSecurityGroupIds').filter(
      (group) => typeof group === 'string',
    ),
  }));
}

/** A subnet of programs that call hosts that users choose, which no list can hold. */
export function isForChosen({ type, name }: Node): boolean {
  return type === 'aws:ec2/subnet:Subnet' && /^[a-z0-9-]+-chosen-[a-z]$/.test(name);
}

/** The segment of a key or a secret; undefined if no segment owns it. */
export function segmentOf(graph: Graph, node: Node): string | undefined {
  if (node.type === 'aws:secretsmanager/secret:Secret') {
    const key = named(graph, node.inputs['kmsKeyId']);
    return key && segmentOf(graph, key);
  }
  const byRoles = /role\/[a-z0-9-]+\.([a-z0-9-]+)\.\*/.exec(textAt(node.inputs, 'policy'))?.[1];
  return byRoles ?? /^key-([a-z0-9-]+)-(?:data|secrets)$/.exec(node.name)?.[1];
}
