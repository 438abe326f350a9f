import type * as pulumi from '@pulumi/pulumi';
import type { Condition, Statement } from '../iam.ts';
import { allow, itself, policy } from '../iam.ts';
import type { Place } from '../names.ts';
import { accountArn, rolesOf } from '../names.ts';

type Account = Pick<Place, 'accountId' | 'region'>;

export const SIGNING_ALGORITHM = 'ECDSA_SHA_256';

/**
 * A key's policy is a grant of its own: one that names a role lets it in without any other policy. So these name none. They
 * say what a key may be used for, by the roles of which segment or through which service; the roles' own policies then
 * say which of them. Nothing here lets an administrator of the account sign or decrypt. (SUPPLY-5)
 */
export function signingPolicy(place: Place, segment: string): pulumi.Output<string> {
  return keyPolicy(place, [
    use('Sign', place, ['kms:Sign'], {
      ...bySegment(place, segment),
      StringEquals: { 'kms:SigningAlgorithm': SIGNING_ALGORITHM },
    }),
    // By itself: who asks for the public half names no algorithm, and the condition above would refuse that.
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

/** For what one service keeps. It asks on behalf of who uses it, and keeps a grant for itself. */
export function serviceKeyPolicy(place: Account, name: string): pulumi.Output<string> {
  return keyPolicy(place, throughService(place, name));
}

/** Pulumi encrypts with it by itself, as whoever runs it: the roles of the workflows do. */
export function stateKeyPolicy(place: Account, roles: readonly string[]): pulumi.Output<string> {
  const byRoles = { ArnEquals: { 'aws:PrincipalArn': roles } };
  return keyPolicy(place, [
    ...throughService(place, 's3').slice(0, 1),
    use('Settings', place, ['kms:Encrypt', 'kms:Decrypt'], byRoles),
  ]);
}

/** Logs, anchors, the account's trail and what alarms say. */
export function logsPolicy(place: Place): pulumi.Output<string> {
  const { region, accountId } = place;
  const ownAccount = { StringEquals: { 'aws:SourceAccount': accountId } };
  return keyPolicy(place, [
    ...throughService(place, 's3').slice(0, 1),
    // By itself: who asks about a key sends no context, and the conditions below would refuse that.
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
    // Who puts something into a topic that is encrypted needs the key of it, or what was to be told is lost unseen.
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

// Without it the key could never be described, rotated or retired again. Use is not among it, nor are grants of use.
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
