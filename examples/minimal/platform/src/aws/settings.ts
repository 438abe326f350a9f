import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { receiver } from '../service/environment.ts';

// All of these variables are set, or none. Without them, keys, secrets and anchors are in a folder.
const OF_STORES = { storesOf: 'AWS' } as const;

/** The path of the credentials. ECS sets it for a task with a role. */
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

// The keys in KMS_KEYS.
const ARN = '^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-z-]{1,64}$';
const TIME = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$';

const strict = { additionalProperties: false } as const;
const Arn = Type.String({ pattern: ARN });
const Time = Type.String({ pattern: TIME });
const Signing = Type.Object({ arn: Arn, notBefore: Time, notAfter: Type.Optional(Time) }, strict);
const Encrypting = Type.Object({ arn: Arn }, strict);
const ofPurposes = <Each extends typeof Signing | typeof Encrypting>(each: Each) =>
  Type.Record(
    Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
    Type.Array(each, { minItems: 1 }),
  );

/** The keys by use and purpose, newest first. Only a deploy changes them. */
export const KeyRing = Type.Object(
  { sign: ofPurposes(Signing), encrypt: ofPurposes(Encrypting) },
  strict,
);
export type KeyRing = Static<typeof KeyRing>;

export interface Generation {
  readonly arn: string;
  readonly notBefore: Date;
  readonly notAfter?: Date;
}

/** Undefined if the text is not a key ring. In another order an old key would continue to sign. */
export function parseKeyRing(text: string): KeyRing | undefined {
  try {
    const ring: unknown = JSON.parse(text);
    if (!Value.Check(KeyRing, ring)) return undefined;
    return Object.values(ring.sign).every(isNewestFirst) ? ring : undefined;
  } catch {
    return undefined;
  }
}

export function signingGenerations(ring: KeyRing, purpose: string): Generation[] {
  return own(ring.sign, purpose, 'sign').map(({ arn, notBefore, notAfter }) => ({
    arn,
    notBefore: new Date(notBefore),
    ...(notAfter !== undefined && { notAfter: new Date(notAfter) }),
  }));
}

export function encryptionArns(ring: KeyRing, purpose: string): string[] {
  return own(ring.encrypt, purpose, 'encrypt').map(({ arn }) => arn);
}

function own<Value>(all: Readonly<Record<string, Value>>, purpose: string, use: string): Value {
  if (Object.hasOwn(all, purpose)) return all[purpose] as Value;
  throw new Error(`The key ${purpose} does not ${use}: KMS_KEYS has none, and a deploy adds it.`);
}

function isNewestFirst(generations: readonly { readonly notBefore: string }[]): boolean {
  const begins = generations.map(({ notBefore }) => Date.parse(notBefore));
  return begins.every((begin, index) => index === 0 || begin < (begins[index - 1] as number));
}
