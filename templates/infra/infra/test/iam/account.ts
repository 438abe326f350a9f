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

export const ADMINISTRATOR = `arn:aws:iam::${place.accountId}:role/administrator`;
const WHOLE_ACCOUNT = `arn:aws:iam::${place.accountId}:root`;

/**
 * What the account has beside the project: a key and roles that leave it to the account's policies who uses them, as most
 * do. Were they closed by themselves, that a role may not would say nothing of the role.
 */
const around: ReadonlyMap<string, Document> = new Map([
  ...['another', 'administrator'].map(
    (role) =>
      [`arn:aws:iam::${place.accountId}:role/${role}`, leftToAccount('sts:AssumeRole')] as const,
  ),
  [`arn:aws:kms:${place.region}:${place.accountId}:key/another`, leftToAccount('kms:*')],
]);

function leftToAccount(action: string): Document {
  return {
    Statement: [
      { Effect: 'Allow', Principal: { AWS: WHOLE_ACCOUNT }, Action: action, Resource: '*' },
    ],
  };
}

export async function accountOf(program = specimen): Promise<Account> {
  const first = await capture(() => bootstrap(bootstrapSettings));
  const boundaries = boundariesOf(first.graph);
  const { graph } = await capture(program);
  return {
    program: graph,
    bootstrap: first.graph,
    boundaries,
    access: accessOf([...first.graph, ...graph], boundaries, around),
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
