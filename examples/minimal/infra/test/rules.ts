import type { Finding, Graph } from './graph.ts';
import type { GraphRule } from './rule.ts';
import { accountRules } from './rules/account.ts';
import { banRules } from './rules/bans.ts';
import { computeRules } from './rules/compute.ts';
import { databaseRules } from './rules/database.ts';
import { edgeRules } from './rules/edge.ts';
import { identityRules } from './rules/identity.ts';
import { isolationRules } from './rules/isolation.ts';
import { keyRules } from './rules/keys.ts';
import { logRules } from './rules/logs.ts';
import { networkRules } from './rules/network.ts';
import { storageRules } from './rules/storage.ts';
import { watchRules } from './rules/watch.ts';

/** Every demand on the graph, with the numbers that Checkov and CDK-nag have for it. */
export const rules: readonly GraphRule[] = [
  ...networkRules,
  ...isolationRules,
  ...edgeRules,
  ...computeRules,
  ...databaseRules,
  ...storageRules,
  ...keyRules,
  ...identityRules,
  ...logRules,
  ...watchRules,
  ...accountRules,
  ...banRules,
];

export function findingsOf(graph: Graph): readonly Finding[] {
  return rules.flatMap(({ find }) => find(graph));
}
