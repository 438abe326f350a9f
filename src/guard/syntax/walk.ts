import type { Node } from '@babel/types';

import type { Visitor } from '../rule.ts';

/** Fields of a Babel node that hold positions or tokens, never child nodes. */
const NOT_CHILDREN = new Set(['loc', 'start', 'end', 'extra', 'type', 'range', 'errors', 'tokens']);

/** Walks a program once for all visitors. Ancestors are outermost first. */
export function walk(root: Node, visitors: readonly Visitor[]): void {
  const ancestors: Node[] = [];
  const byType = groupByType(visitors);
  const visit = (node: Node): void => {
    const calls = byType.get(node.type);
    if (calls) for (const call of calls) call(node, ancestors);
    ancestors.push(node);
    eachChild(node, visit);
    ancestors.pop();
  };
  visit(root);
}

/** Calls for each child node, in source order as Babel lists them. Plain loops: this runs for every node of every file. */
export function eachChild(node: Node, call: (child: Node) => void): void {
  const fields = node as unknown as Record<string, unknown>;
  for (const field in fields) {
    const value = fields[field];
    if (value === null || typeof value !== 'object' || NOT_CHILDREN.has(field)) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) call(value);
      continue;
    }
    for (const item of value) if (isNode(item)) call(item);
  }
}

type Visit = (node: Node, ancestors: readonly Node[]) => void;

function groupByType(visitors: readonly Visitor[]): Map<string, Visit[]> {
  const groups = new Map<string, Visit[]>();
  for (const visitor of visitors) {
    for (const [type, call] of Object.entries(visitor)) {
      groups.set(type, [...(groups.get(type) ?? []), call as Visit]);
    }
  }
  return groups;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}
