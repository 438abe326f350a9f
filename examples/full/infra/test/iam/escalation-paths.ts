import { readFileSync } from 'node:fs';

/** A way from what a role may do to what it should not: all of these together, on what is not its own. */
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
export const rhino: readonly Path[] = [
  ['iam:CreatePolicyVersion'],
  ['iam:SetDefaultPolicyVersion'],
  ['iam:PassRole', 'ec2:RunInstances'],
  ['iam:CreateAccessKey'],
  ['iam:CreateLoginProfile'],
  ['iam:UpdateLoginProfile'],
  ['iam:AttachUserPolicy'],
  ['iam:AttachGroupPolicy'],
  ['iam:AttachRolePolicy', 'sts:AssumeRole'],
  ['iam:PutUserPolicy'],
  ['iam:PutGroupPolicy'],
  ['iam:PutRolePolicy', 'sts:AssumeRole'],
  ['iam:AddUserToGroup'],
  ['iam:UpdateAssumeRolePolicy', 'sts:AssumeRole'],
  ['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'],
  ['iam:PassRole', 'lambda:CreateFunction', 'lambda:CreateEventSourceMapping'],
  ['lambda:UpdateFunctionCode'],
  ['iam:PassRole', 'glue:CreateDevEndpoint'],
  ['glue:UpdateDevEndpoint'],
  ['iam:PassRole', 'cloudformation:CreateStack'],
  ['iam:PassRole', 'datapipeline:CreatePipeline', 'datapipeline:PutPipelineDefinition'],
  ['codestar:CreateProjectFromTemplate'],
  ['iam:PassRole', 'codestar:CreateProject'],
  ['codestar:CreateProject', 'codestar:AssociateTeamMember'],
  ['lambda:UpdateFunctionConfiguration'],
  [
    'iam:PassRole',
    'sagemaker:CreateNotebookInstance',
    'sagemaker:CreatePresignedNotebookInstanceUrl',
  ],
  ['sagemaker:CreatePresignedNotebookInstanceUrl'],
  ['iam:DeleteRolePermissionsBoundary'],
].map((requires, index) => ({ id: `rhino-${index + 1}`, requires }));

/** Ways to keys, secrets and evidence that lead through no role. */
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
