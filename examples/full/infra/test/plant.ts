import type { Graph, Json, Node } from './graph.ts';
import { documentAt } from './graph.ts';

/** A fault, as a change of the graph: nothing else about it changes, so whatever is found is found because of it. */
export type Plant = (graph: Graph) => Graph;

/** `name` may be the beginning of it, where several are alike: the first is meant. */
export function change(type: string, name: string, path: string, value: Json | undefined): Plant {
  return edit(type, name, (node) => ({
    ...node,
    inputs: put(node.inputs, path.split('.'), value),
  }));
}

export function unprotect(type: string, name: string): Plant {
  return edit(type, name, (node) => ({ ...node, options: { ...node.options, protect: false } }));
}

/** Of a property that holds JSON as text. */
export function changeWithin(
  type: string,
  name: string,
  property: string,
  path: string,
  value: Json | undefined,
): Plant {
  return edit(type, name, (node) => {
    const document = put(documentAt(node, property), path.split('.'), value);
    return { ...node, inputs: { ...node.inputs, [property]: JSON.stringify(document) } };
  });
}

/** One more statement for a policy. */
export function say(type: string, name: string, property: string, statement: Json): Plant {
  return edit(type, name, (node) => {
    const document = documentAt(node, property) as { readonly Statement: readonly Json[] };
    const more = { ...document, Statement: [...document.Statement, statement] };
    return { ...node, inputs: { ...node.inputs, [property]: JSON.stringify(more) } };
  });
}

export function drop(type: string, name: string): Plant {
  return (graph) => {
    const gone = found(graph, type, name);
    return graph.filter((node) => node !== gone);
  };
}

export function add(type: string, name: string, inputs: Node['inputs']): Plant {
  return (graph) => [
    ...graph,
    {
      urn: `urn:pulumi:test::app::${type}::${name}`,
      type,
      name,
      parent: '',
      custom: true,
      inputs,
      id: name,
      arn: `arn:aws:planted:::${name}`,
      secretPaths: [],
      options: {
        protect: true,
        retainOnDelete: false,
        ignoreChanges: [],
        dependsOn: [],
        provider: '',
      },
      propertyDependencies: {},
    },
  ];
}

/** Where a fault needs an address that the graph knows. */
export function withNode(type: string, name: string, plant: (node: Node) => Plant): Plant {
  return (graph) => plant(found(graph, type, name))(graph);
}

function edit(type: string, name: string, by: (node: Node) => Node): Plant {
  return (graph) => {
    const meant = found(graph, type, name);
    return graph.map((node) => (node === meant ? by(node) : node));
  };
}

function found(graph: Graph, type: string, name: string): Node {
  const node =
    graph.find((one) => one.type === type && one.name === name) ??
    graph.find((one) => one.type === type && one.name.startsWith(name));
  if (node === undefined) throw new Error(`There is no ${type} ${name} to plant a fault in.`);
  return node;
}

function put(value: Json, [key = '', ...rest]: readonly string[], to: Json | undefined): never {
  const inner = (value as { readonly [property: string]: Json } | null)?.[key] ?? null;
  const changed = rest.length === 0 ? to : put(inner, rest, to);
  if (Array.isArray(value)) {
    const list = [...(value as readonly Json[])];
    list[Number(key)] = changed ?? null;
    return list as never;
  }
  const { [key]: _replaced, ...others } = (value ?? {}) as { readonly [property: string]: Json };
  return (changed === undefined ? others : { ...others, [key]: changed }) as never;
}
