import type { Node } from '@babel/types';

import type { Rule, Visitor } from '../rule.ts';

/** The ways in which a rule finds its shape. */
export type Detectors = Pick<Rule, 'text' | 'syntax' | 'answer'>;

type Visit = (node: Node, ancestors: readonly Node[]) => void;

/** One set of detectors from several: what one of them finds is found. */
export function anyOf(...all: readonly Detectors[]): Required<Detectors> {
  return {
    text: async (file, project) => {
      const found = all.map(async ({ text }) => [...((await text?.(file, project)) ?? [])]);
      return (await Promise.all(found)).flat();
    },
    syntax: (report) => together(all.map(({ syntax }) => syntax?.(report) ?? {})),
    answer: async (answer) => {
      for (const detector of all) if (await detector.answer?.(answer)) return true;
      return false;
    },
  };
}

function together(visitors: readonly Visitor[]): Visitor {
  const merged: Record<string, Visit> = {};
  for (const visitor of visitors) {
    for (const [type, visit] of Object.entries(visitor) as [string, Visit][]) {
      const before = merged[type];
      merged[type] = before ? both(before, visit) : visit;
    }
  }
  return merged as Visitor;
}

function both(first: Visit, second: Visit): Visit {
  return (node, ancestors) => {
    first(node, ancestors);
    second(node, ancestors);
  };
}
