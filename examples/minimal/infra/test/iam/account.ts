import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { capture } from '../capture.ts';
import { ACCOUNT, REGION } from '../cloud.ts';
import type { Graph } from '../graph.ts';
import { ofType, textAt } from '../graph.ts';
import type { Access } from './access.ts';
import { accessOf } from './access.ts';
import type { Document } from './evaluator.ts';

/** The program and what `bootstrap` has made before it, in one account. */
export interface Account {
  readonly program: Graph;
  readonly bootstrap: Graph;
  readonly access: Access;
}

export const ADMINISTRATOR = `arn:aws:iam::${ACCOUNT}:role/administrator`;
const WHOLE_ACCOUNT = `arn:aws:iam::${ACCOUNT}:root`;

/**
 * What the account has beside the project: a key and roles that leave it to the account's policies who uses them, as most
 * do. Were they closed by themselves, that a role may not would say nothing of the role.
 */
const around: ReadonlyMap<string, Document> = new Map([
  ...['another', 'administrator'].map(
    (role) => [`arn:aws:iam::${ACCOUNT}:role/${role}`, leftToAccount('sts:AssumeRole')] as const,
  ),
  [`arn:aws:kms:${REGION}:${ACCOUNT}:key/another`, leftToAccount('kms:*')],
]);

function leftToAccount(action: string): Document {
  return {
    Statement: [
      { Effect: 'Allow', Principal: { AWS: WHOLE_ACCOUNT }, Action: action, Resource: '*' },
    ],
  };
}

export async function accountOf(
  program: Graph,
  project: string,
  environment = 'prod',
): Promise<Account> {
  const settings = {
    project,
    region: REGION,
    accountId: ACCOUNT,
    repository: `${project}/${project}`,
    environments: [environment],
    services: ['api'],
  };
  const { graph } = await capture(() => bootstrap(settings));
  return { program, bootstrap: graph, access: accessIn(program, graph) };
}

export function accessIn(program: Graph, before: Graph): Access {
  const policies = ofType(before, 'aws:iam/policy:Policy').map(
    (node) => [node.arn, JSON.parse(textAt(node.inputs, 'policy')) as Document] as const,
  );
  return accessOf([...before, ...program], new Map(policies), around);
}
