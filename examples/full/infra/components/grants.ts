import type * as pulumi from '@pulumi/pulumi';
import type { Condition } from './iam.ts';

/** What a grant is on. The program knows the ARN of each target, so no policy spells one out. */
export type Target =
  | { readonly kind: 'key'; readonly purpose: string }
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'bucket'; readonly bucket: string }
  /** The objects of a bucket. Its ARN is the bucket's: `grantStatements` adds the path. */
  | { readonly kind: 'objects'; readonly bucket: string }
  /** The key that encrypts a secret or a bucket, used through that service only. */
  | { readonly kind: 'key-of-secret'; readonly name: string }
  | { readonly kind: 'key-of-bucket'; readonly bucket: string }
  | { readonly kind: 'login'; readonly segment: string; readonly login: string }
  | { readonly kind: 'mail'; readonly from: string }
  | { readonly kind: 'repository'; readonly service: string }
  | { readonly kind: 'log'; readonly program: string }
  /** AWS takes no narrower resource than `*`: only for the actions in `imposed`. */
  | { readonly kind: 'imposed' };

/** A signing purpose has one ARN per generation of its key. */
export type AddressOf = (target: Target) => pulumi.Input<string> | readonly pulumi.Input<string>[];

/**
 * Every action that a program can be granted. Another action does not compile: no typing error, no pattern, and a new
 * action is a line in a review. (SUPPLY-5)
 */
export const grantable = [
  'kms:Sign',
  'kms:GetPublicKey',
  'kms:GenerateDataKey',
  'kms:Decrypt',
  'secretsmanager:GetSecretValue',
  's3:GetObject',
  's3:PutObject',
  's3:PutObjectRetention',
  's3:ListBucket',
  'rds-db:connect',
  'ses:SendEmail',
  'ecr:GetAuthorizationToken',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
] as const;

export type GrantAction = (typeof grantable)[number];

/** Actions that AWS takes no resource for, each with the reason why that is acceptable. */
export const imposed: Readonly<Partial<Record<GrantAction, string>>> = {
  'ecr:GetAuthorizationToken':
    'The token gives no access by itself: the right on the repository decides what it can pull.',
};

/** One right of one role. `grants.ts` and the modules' contributions list all of them. */
export interface Grant {
  /** A program, or `<program>:start` for the container agent that starts it. */
  readonly role: string;
  readonly actions: readonly GrantAction[];
  readonly target: Target;
  readonly condition?: Condition;
  readonly why: string;
  /** The file whose call needs it, from the root of the project; `ecs` for calls of the container agent. */
  readonly usedBy: string;
  /** For a program that is optional: without the program there is no grant. */
  readonly ifThere?: true;
}

export const SIGNING_ALGORITHM = 'ECDSA_SHA_256';

/** The condition names the algorithm. Other actions have none, so signing is a grant of its own. */
export function signing(role: string, purpose: string, why: string): readonly Grant[] {
  const target: Target = { kind: 'key', purpose };
  return [
    {
      role,
      actions: ['kms:Sign'],
      target,
      condition: { StringEquals: { 'kms:SigningAlgorithm': SIGNING_ALGORITHM } },
      why,
      usedBy: 'platform/src/aws/key-store.ts',
    },
    {
      role,
      actions: ['kms:GetPublicKey'],
      target,
      why: 'Verifies its own signatures with the public key.',
      usedBy: 'platform/src/aws/key-store.ts',
    },
  ];
}

/** Envelopes of one purpose: their encryption context names it. */
export function encrypting(role: string, purpose: string, why: string): Grant {
  return {
    role,
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    target: { kind: 'key', purpose },
    condition: { StringEquals: { 'kms:EncryptionContext:purpose': purpose } },
    why,
    usedBy: 'platform/src/aws/key-store.ts',
  };
}

export function readingSecret(role: string, name: string, why: string): Grant {
  return {
    role,
    actions: ['secretsmanager:GetSecretValue'],
    target: { kind: 'secret', name },
    why,
    usedBy: 'platform/src/aws/secret-store.ts',
  };
}

/** Sends from one address of the domain, and from no other. */
export function mailing(
  role: string,
  { from, sender }: { readonly from: string; readonly sender: string },
  why: string,
): Grant {
  return {
    role,
    actions: ['ses:SendEmail'],
    target: { kind: 'mail', from },
    condition: { StringEquals: { 'ses:FromAddress': `${sender}@${from}` } },
    why,
    usedBy: 'platform/src/aws/mailer.ts',
  };
}

/** Writes anchors of the audit trail and reads them. */
export function anchoring(role: string, why: string): readonly Grant[] {
  const anchors = { bucket: 'anchors' } as const;
  return [
    {
      role,
      // Each object is written with its own lock, which takes the right to set one. The bucket refuses a shorter lock.
      actions: ['s3:PutObject', 's3:PutObjectRetention', 's3:GetObject'],
      target: { kind: 'objects', ...anchors },
      why,
      usedBy: 'platform/src/aws/anchor-log.ts',
    },
    {
      role,
      actions: ['s3:ListBucket'],
      target: { kind: 'bucket', ...anchors },
      why: 'Finds the newest anchor: the next one continues it.',
      usedBy: 'platform/src/aws/anchor-log.ts',
    },
  ];
}
