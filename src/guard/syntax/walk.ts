import type { Node } from '@babel/types';

import type { Visitor } from '../rule.ts';

/** Fields of a Babel node that hold positions or tokens, never child nodes. */
const NOT_CHILDREN = new Set(['loc', 'start', 'end', 'extra', 'type', 'range', 'errors', 'tokens']);

/** Walks a program once for all visitors. Ancestors are outermost first. */
export function walk(root: Node, visitors: readonly Visitor[]): void {
  const ancestors: Node[] = [];
  const byType = groupByType(visitors);
  const visit = (node: Node): void => {
    for (const call of byType.get(node.type) ?? []) call(node, ancestors);
    ancestors.push(node);
    for (const child of childrenOf(node)) visit(child);
    ancestors.pop();
  };
  visit(root);
}

/** Child nodes in source order, as Babel lists them. */
export function* childrenOf(node: Node): Generator<Node> {
  for (const [field, value] of Object.entries(node)) {
    if (value === null || typeof value !== 'object' || NOT_CHILDREN.has(field)) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) yield value;
      continue;
    }
    for (const item of value) if (isNode(item)) yield item;
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
