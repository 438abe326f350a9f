import type * as pulumi from '@pulumi/pulumi';
import { SIGNING_ALGORITHM } from './grants.ts';
import type { Condition, Statement } from './iam.ts';
import { allow, itself, policy } from './iam.ts';
import type { Place } from './names.ts';
import { accountArn, rolesOf } from './names.ts';

type Account = Pick<Place, 'accountId' | 'region'>;

/**
 * A key policy that names a role lets that role in without any other policy, so these name none. They limit the use of a
 * key to a segment or a service; the policies of the roles then say which role. No administrator can sign or decrypt
 * with a key. (SUPPLY-5)
 */
export function signingPolicy(place: Place, segment: string): pulumi.Output<string> {
  return keyPolicy(place, [
    use('Sign', place, ['kms:Sign'], {
      ...bySegment(place, segment),
      StringEquals: { 'kms:SigningAlgorithm': SIGNING_ALGORITHM },
    }),
    // A statement of its own: GetPublicKey names no algorithm, so the condition above would deny it.
    use('ReadPublicHalf', place, ['kms:GetPublicKey'], bySegment(place, segment)),
  ]);
}

export function encryptionPolicy(
  place: Place,
  purpose: string,
  segment: string,
): pulumi.Output<string> {
  return keyPolicy(place, [
    use('Encrypt', place, ['kms:GenerateDataKey', 'kms:Decrypt'], {
      ...bySegment(place, segment),
      StringEquals: { 'kms:EncryptionContext:purpose': purpose },
    }),
  ]);
}

/** For the data of one AWS service. It uses the key on behalf of the caller, and creates a grant for itself. */
export function serviceKeyPolicy(place: Account, name: string): pulumi.Output<string> {
  return keyPolicy(place, throughService(place, name));
}

/** Pulumi encrypts settings with it directly, as one of the workflow roles. */
export function stateKeyPolicy(place: Account, roles: readonly string[]): pulumi.Output<string> {
  const byRoles = { ArnEquals: { 'aws:PrincipalArn': roles } };
  return keyPolicy(place, [
    ...throughService(place, 's3').slice(0, 1),
    use('Settings', place, ['kms:Encrypt', 'kms:Decrypt'], byRoles),
  ]);
}

/** For logs, anchors, the account's trail and alarms. */
export function logsPolicy(place: Place): pulumi.Output<string> {
  const { region, accountId } = place;
  const ownAccount = { StringEquals: { 'aws:SourceAccount': accountId } };
  return keyPolicy(place, [
    ...throughService(place, 's3').slice(0, 1),
    // Statements of their own: DescribeKey has no encryption context, so the conditions below would deny it.
    service('Looked', `logs.${region}.amazonaws.com`, ['kms:DescribeKey'], ownAccount),
    service('LookedByTrail', 'cloudtrail.amazonaws.com', ['kms:DescribeKey'], ownAccount),
    service(
      'Logs',
      `logs.${region}.amazonaws.com`,
      ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey'],
      {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${accountId}:log-group:*`,
        },
      },
    ),
    service('Trail', 'cloudtrail.amazonaws.com', ['kms:GenerateDataKey'], {
      ...ownAccount,
      StringLike: {
        'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${accountId}:trail/*`,
      },
    }),
    // A publisher to an encrypted topic needs its key. Without it, alarms are lost silently.
    ...[
      ['Alarms', 'cloudwatch.amazonaws.com'],
      ['Events', 'events.amazonaws.com'],
      ['Mail', 'ses.amazonaws.com'],
      ['FlowLogs', 'delivery.logs.amazonaws.com'],
    ].map(([sid = '', name = '']) =>
      service(sid, name, ['kms:GenerateDataKey', 'kms:Decrypt'], ownAccount),
    ),
  ]);
}

function keyPolicy(place: Account, uses: readonly Statement[]): pulumi.Output<string> {
  return policy([administration(place), ...uses]);
}

// Without it the key could never be described, rotated or deleted. It contains no use of the key, and no grant of one.
function administration(place: Account): Statement {
  return allow({
    sid: 'Administration',
    to: { aws: accountArn(place) },
    actions: [
      'kms:CancelKeyDeletion',
      'kms:CreateAlias',
      'kms:DeleteAlias',
      'kms:DescribeKey',
      'kms:DisableKey',
      'kms:EnableKey',
      'kms:EnableKeyRotation',
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:ListGrants',
      'kms:ListKeyPolicies',
      'kms:ListKeyRotations',
      'kms:ListResourceTags',
      'kms:PutKeyPolicy',
      'kms:RevokeGrant',
      'kms:RotateKeyOnDemand',
      'kms:ScheduleKeyDeletion',
      'kms:TagResource',
      'kms:UntagResource',
      'kms:UpdateAlias',
      'kms:UpdateKeyDescription',
    ],
    on: [itself],
  });
}

function throughService(place: Account, name: string): readonly Statement[] {
  const via = {
    StringEquals: {
      'kms:CallerAccount': place.accountId,
      'kms:ViaService': `${name}.${place.region}.amazonaws.com`,
    },
  };
  return [
    use('ThroughTheService', place, ['kms:GenerateDataKey', 'kms:Decrypt'], via),
    use('GrantsOfTheService', place, ['kms:CreateGrant'], {
      ...via,
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ];
}

function bySegment(place: Place, segment: string): Condition {
  return { ArnLike: { 'aws:PrincipalArn': rolesOf(place, segment) } };
}

type Use =
  | 'kms:Encrypt'
  | 'kms:Sign'
  | 'kms:GetPublicKey'
  | 'kms:GenerateDataKey'
  | 'kms:Decrypt'
  | 'kms:CreateGrant';

function use(sid: string, place: Account, actions: readonly Use[], when: Condition): Statement {
  return allow<Use>({ sid, to: { aws: accountArn(place) }, actions, on: [itself], when });
}

type ServiceUse =
  | 'kms:Encrypt'
  | 'kms:Decrypt'
  | 'kms:ReEncryptFrom'
  | 'kms:ReEncryptTo'
  | 'kms:GenerateDataKey'
  | 'kms:DescribeKey';

function service(
  sid: string,
  name: string,
  actions: readonly ServiceUse[],
  when: Condition,
): Statement {
  return allow<ServiceUse>({ sid, to: { service: name }, actions, on: [itself], when });
}
