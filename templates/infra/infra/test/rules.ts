import type { Finding, Graph } from './graph.ts';
import { dataRules } from './rules/data.ts';
import { identityRules } from './rules/identity.ts';
import { networkRules } from './rules/network.ts';
import { programRules } from './rules/programs.ts';
import type { GraphRule } from './rules/rule.ts';
import { watchRules } from './rules/watch.ts';

export const rules: readonly GraphRule[] = [
  ...networkRules,
  ...programRules,
  ...dataRules,
  ...identityRules,
  ...watchRules,
];

export function findingsOf(graph: Graph): readonly Finding[] {
  return rules.flatMap(({ find }) => find(graph));
}
