import { boundaryArn } from '../../components/names.ts';
import { settings } from '../example.ts';
import type { Access, Role } from './access.ts';
import type { Path } from './escalation-paths.ts';
import { everyPath } from './escalation-paths.ts';
import { isKnown, thingsFor } from './things.ts';

// Whatever a request may say to please a condition: a path counts as open if one of these opens it.
const REGION = settings.region;
const eager = {
  'iam:PermissionsBoundary': boundaryArn(settings),
  'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`,
  'kms:GrantIsForAWSResource': 'true',
  'secretsmanager:BlockPublicPolicy': 'true',
  'aws:SecureTransport': 'true',
  'aws:RequestTag/project': settings.project,
  'aws:RequestTag/environment': settings.environment,
  'ec2:CreateAction': 'another',
};
export const pleasing = [
  { ...eager, 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
  {
    ...eager,
    'iam:PassedToService': 'lambda.amazonaws.com',
    'kms:ViaService': `rds.${REGION}.amazonaws.com`,
  },
  {},
];

/** The things of the account that a path may lead to, and one that is no part of the project, for each type there is. */
const targets = new Map(
  await Promise.all(
    [...new Set(everyPath.flatMap(({ requires }) => requires))].map(
      async (action) =>
        [action, (await isKnown(action)) ? await thingsFor(action) : ['*']] as const,
    ),
  ),
);

function onWhat(action: string, privileged: readonly string[]): readonly string[] {
  const isOfIam = action.startsWith('iam:') || action === 'sts:AssumeRole';
  return [...(targets.get(action) ?? []), ...(isOfIam ? privileged : [])];
}

/** `privileged` are roles and policies that a path would lead to. */
export function isOpen(
  known: Access,
  role: Role,
  { requires }: Path,
  privileged: readonly string[],
): boolean {
  return requires.every((action) =>
    onWhat(action, privileged).some((thing) =>
      pleasing.some((context) => known.decide(role, action, thing, context) === 'Allowed'),
    ),
  );
}
