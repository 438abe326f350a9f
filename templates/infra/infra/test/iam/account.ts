import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { capture } from '../capture.ts';
import { ofType, textAt } from '../graph.ts';
import type { Graph } from '../graph.ts';
import type { Access } from './access.ts';
import { accessOf } from './access.ts';
import type { Document } from './evaluator.ts';
import { place, specimen } from './specimen.ts';

/** The program and what `bootstrap` has made before it, in one account. */
export interface Account {
  readonly program: Graph;
  readonly bootstrap: Graph;
  readonly access: Access;
  readonly boundaries: ReadonlyMap<string, Document>;
}

export const bootstrapSettings = {
  ...place,
  repository: 'acme/acme',
  environments: ['prod'],
  services: ['api', 'payments'],
} as const;

export async function accountOf(program = specimen): Promise<Account> {
  const first = await capture(() => bootstrap(bootstrapSettings));
  const boundaries = boundariesOf(first.graph);
  const { graph } = await capture(program);
  return {
    program: graph,
    bootstrap: first.graph,
    boundaries,
    access: accessOf([...first.graph, ...graph], boundaries),
  };
}

function boundariesOf(graph: Graph): ReadonlyMap<string, Document> {
  return new Map(
    ofType(graph, 'aws:iam/policy:Policy').map((node) => [
      node.arn,
      JSON.parse(textAt(node.inputs, 'policy')) as Document,
    ]),
  );
}
