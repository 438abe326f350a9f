import type { Statement } from '../components/iam.ts';
import {
  allow,
  deny,
  exactly,
  inAccount,
  itself,
  namedFrom,
  objectsOf,
} from '../components/iam.ts';
import type { Place } from '../components/names.ts';
import {
  boundaryArn,
  bucketName,
  roleArn,
  secretsPolicyArn,
  secretsRoleName,
} from '../components/names.ts';
import type { BootstrapSettings } from './settings.ts';
import { deployRoleName, previewRoleName, stateBucketPlace } from './settings.ts';

/** The deploy role may manage only roles of programs, by their name's prefix and within the boundary. (SUPPLY-5) */
export function rolesOfPrograms(place: Place): readonly Statement[] {
  const roles = namedFrom(roleArn(place, `${place.project}-${place.environment}.`));
  const trail = exactly(roleArn(place, `${place.project}-${place.environment}.trail`));
  return [
    allow({
      sid: 'RolesWithinTheBoundary',
      actions: ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
      on: [roles],
      when: { StringEquals: { 'iam:PermissionsBoundary': boundaryArn(place) } },
    }),
    allow({
      sid: 'RolesAsTheyAre',
      actions: [
        'iam:DeleteRole',
        'iam:ListInstanceProfilesForRole',
        'iam:TagRole',
        'iam:UntagRole',
      ],
      on: [roles],
    }),
    allow({
      sid: 'RolesForTasks',
      actions: ['iam:PassRole'],
      on: [roles],
      when: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }),
    allow({
      sid: 'RoleForTheTrail',
      actions: ['iam:PassRole'],
      on: [trail],
      when: { StringEquals: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' } },
    }),
    allow({
      sid: 'RolesThatServicesMakeForThemselves',
      actions: ['iam:CreateServiceLinkedRole'],
      on: [inAccount(roleArn(place, 'aws-service-role/'))],
      when: { StringEquals: { 'iam:AWSServiceName': LINKED } },
    }),
  ];
}

const LINKED = [
  'ecs.amazonaws.com',
  'ecs.application-autoscaling.amazonaws.com',
  'elasticloadbalancing.amazonaws.com',
  'guardduty.amazonaws.com',
  'malware-protection.guardduty.amazonaws.com',
  'access-analyzer.amazonaws.com',
  'network-firewall.amazonaws.com',
  'rds.amazonaws.com',
  'wafv2.amazonaws.com',
];

/** Creating a database or a secret needs the use of its key through the service. It allows no direct decryption. */
export function keysThroughServices(place: Place): readonly Statement[] {
  const { region, accountId, project, environment } = place;
  const keys = [inAccount(`arn:aws:kms:${region}:${accountId}:key/`)];
  const through = {
    StringEquals: {
      'aws:ResourceTag/project': project,
      'aws:ResourceTag/environment': environment,
      'kms:ViaService': ['rds', 'secretsmanager'].map((name) => `${name}.${region}.amazonaws.com`),
    },
  };
  return [
    allow({
      sid: 'KeysThroughServices',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'],
      on: keys,
      when: through,
    }),
    allow({
      sid: 'GrantsToServices',
      actions: ['kms:CreateGrant'],
      on: keys,
      when: { ...through, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
    allow({
      sid: 'WhoReadsSecrets',
      actions: ['secretsmanager:PutResourcePolicy'],
      on: [
        namedFrom(
          `arn:aws:secretsmanager:${region}:${accountId}:secret:${project}/${environment}/`,
        ),
      ],
      when: { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } },
    }),
  ];
}

/** Pulumi's state: every workflow reads it, and deployments write it. */
export function stateOf(
  settings: BootstrapSettings,
  stateKey: Parameters<typeof exactly>[0],
  isWritten: boolean,
): readonly Statement[] {
  const bucket = `arn:aws:s3:::${bucketName(stateBucketPlace(settings), 'state')}`;
  const key = [exactly(stateKey)];
  const viaS3 = {
    StringEquals: { 'kms:ViaService': `s3.${settings.region}.amazonaws.com` },
  };
  return [
    allow({ sid: 'StateListed', actions: ['s3:ListBucket'], on: [exactly<string>(bucket)] }),
    allow({ sid: 'StateRead', actions: ['s3:GetObject'], on: [objectsOf<string>(bucket)] }),
    allow({ sid: 'StateOpened', actions: ['kms:Decrypt'], on: key }),
    ...(isWritten
      ? [
          allow({
            sid: 'StateWritten',
            actions: ['s3:PutObject', 's3:DeleteObject'],
            on: [objectsOf<string>(bucket)],
          }),
          allow({ sid: 'StateSealed', actions: ['kms:Encrypt'], on: key }),
          allow({ sid: 'StateStored', actions: ['kms:GenerateDataKey'], on: key, when: viaS3 }),
        ]
      : []),
  ];
}

/** Explicit denials around what `bootstrap` created: a row that is widened by mistake grants none of it. (SUPPLY-5) */
export function outOfReach(
  settings: BootstrapSettings,
  own: {
    readonly keys: readonly Parameters<typeof exactly>[0][];
    readonly provider: Parameters<typeof exactly>[0];
  },
): readonly Statement[] {
  const { project, environments } = settings;
  const roles = [
    previewRoleName(project),
    secretsRoleName(project),
    ...environments.map((one) => deployRoleName(project, one)),
  ];
  const stateBucket = exactly<string>(
    `arn:aws:s3:::${bucketName(stateBucketPlace(settings), 'state')}`,
  );
  return [
    deny({
      sid: 'NoBoundaryIsMoved',
      actions: [
        'iam:DeleteRolePermissionsBoundary',
        'iam:PutRolePermissionsBoundary',
        'iam:CreatePolicy',
        'iam:CreatePolicyVersion',
        'iam:DeletePolicy',
        'iam:DeletePolicyVersion',
        'iam:SetDefaultPolicyVersion',
        'iam:AttachRolePolicy',
        'iam:DetachRolePolicy',
        'iam:UpdateAssumeRolePolicy',
        'iam:*User*',
        'iam:*Group*',
        'iam:*AccessKey*',
        'iam:*LoginProfile*',
        'iam:*OpenIDConnect*',
        'iam:*SAML*',
        'sts:AssumeRole',
      ],
      on: [itself],
    }),
    deny({
      sid: 'NotWhatBootstrapMade',
      allBut: [
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListRolePolicies',
        'iam:ListAttachedRolePolicies',
      ],
      on: [
        ...roles.map((role) => exactly<string>(roleArn(settings, role))),
        exactly<string>(boundaryArn(settings)),
        exactly<string>(secretsPolicyArn(settings)),
        exactly(own.provider),
      ],
    }),
    deny({
      sid: 'NotTheKeysOfBootstrap',
      allBut: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
      on: own.keys.map((key) => exactly(key)),
    }),
    deny({ sid: 'NotTheStatesBucket', allBut: ['s3:ListBucket'], on: [stateBucket] }),
    deny({
      sid: 'NoSecretIsReadOrSet',
      actions: [
        'secretsmanager:GetSecretValue',
        'secretsmanager:BatchGetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecret',
        'kms:Sign',
        'kms:PutKeyPolicy',
        'kms:ScheduleKeyDeletion',
        'rds-db:connect',
        'ecs:ExecuteCommand',
      ],
      on: [itself],
    }),
  ];
}
