import { Type } from 'typebox';
import { receiver } from '../service/environment.ts';
import { parseKeyRing } from './key-ring.ts';

// All of them are set, or none: then keys, secrets and anchors are in a folder.
const OF_STORES = { storesOf: 'AWS' } as const;

/** ECS sets it for a task with a role: the path of the credentials. */
export const GIVEN_AT = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI';

export const env = {
  AWS_REGION: Type.Optional(
    Type.String({
      pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$',
      description: 'a region, such as eu-central-1',
    }),
  ),
  [GIVEN_AT]: Type.Optional(
    Type.String({
      pattern: '^/[A-Za-z0-9_-][A-Za-z0-9/_-]*$',
      description: 'the path at which ECS hands out credentials',
    }),
  ),
  KMS_ENDPOINT: Type.Optional(receiver('https://kms.eu-central-1.amazonaws.com', OF_STORES)),
  SECRETS_ENDPOINT: Type.Optional(
    receiver('https://secretsmanager.eu-central-1.amazonaws.com', OF_STORES),
  ),
  S3_ENDPOINT: Type.Optional(receiver('https://s3.eu-central-1.amazonaws.com', OF_STORES)),
  KMS_KEYS: Type.Optional(
    Type.Refine(
      Type.String({
        ...OF_STORES,
        description: 'the keys of each purpose as JSON, the newest first, as infra/ writes them',
      }),
      (text) => parseKeyRing(text) !== undefined,
    ),
  ),
  SECRETS_PREFIX: Type.Optional(
    Type.String({
      ...OF_STORES,
      pattern: '^[A-Za-z0-9-]+/(dev|prod)/$',
      description: 'what the names of all secrets begin with, such as shop/prod/',
    }),
  ),
  ANCHORS_BUCKET: Type.Optional(
    Type.String({
      ...OF_STORES,
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      description: 'the bucket of the anchors',
    }),
  ),
  DATABASE_MASTER_SECRET: Type.Optional(
    Type.String({
      pattern: '^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9!/_+=.@-]+$',
      description: 'the secret of the database that RDS keeps',
    }),
  ),
  DATABASE_SIGN_IN: Type.Optional(
    Type.String({ pattern: '^iam$', description: 'iam, or absent where a password is used' }),
  ),
} as const;
