import type { Graph, Json, Node } from '../../infra/test/graph.ts';
import { documentAt, nodeNamed, replaceAt } from '../../infra/test/graph.ts';

/** Plants one fault in the graph and changes nothing else, so that a finding is about that fault. */
export type Plant = (graph: Graph) => Graph;

/** `name` may be the start of a name: the first node that matches is changed. */
export function change(type: string, name: string, path: string, value: Json | undefined): Plant {
  return edit(type, name, (node) => ({
    ...node,
    inputs: replaceAt(node.inputs, path.split('.'), value) as Node['inputs'],
  }));
}

export function unprotect(type: string, name: string): Plant {
  return edit(type, name, (node) => ({ ...node, options: { ...node.options, protect: false } }));
}

/** Changes a property that holds JSON as text. */
export function changeWithin(
  type: string,
  name: string,
  property: string,
  path: string,
  value: Json | undefined,
): Plant {
  return edit(type, name, (node) => {
    const document = replaceAt(documentAt(node, property), path.split('.'), value);
    return { ...node, inputs: { ...node.inputs, [property]: JSON.stringify(document) } };
  });
}

/** Adds a statement to a policy. */
export function say(type: string, name: string, property: string, statement: Json): Plant {
  return edit(type, name, (node) => {
    const document = documentAt(node, property) as { readonly Statement: readonly Json[] };
    const more = { ...document, Statement: [...document.Statement, statement] };
    return { ...node, inputs: { ...node.inputs, [property]: JSON.stringify(more) } };
  });
}

export function drop(type: string, name: string): Plant {
  return (graph) => {
    const gone = nodeNamed(graph, type, name);
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
      },
    },
  ];
}

/** For a fault that refers to a node of the graph. */
export function withNode(type: string, name: string, plant: (node: Node) => Plant): Plant {
  return (graph) => plant(nodeNamed(graph, type, name))(graph);
}

function edit(type: string, name: string, by: (node: Node) => Node): Plant {
  return (graph) => {
    const meant = nodeNamed(graph, type, name);
    return graph.map((node) => (node === meant ? by(node) : node));
  };
}
