import { randomBytes } from 'node:crypto';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { bucketsConfig, clientConfig } from '@app/platform/aws/client';
import type { Secret } from '@app/platform/secrets/secret';
import type { TestAws } from '../../../platform/test/support/aws.ts';
import { REGION } from '../../../platform/test/support/aws.ts';

/** What a deploy makes before anything runs: the adapters find it, and make none of it. */
export async function makeKey({ access, endpoint }: TestAws, use: 'sign' | 'encrypt') {
  const client = new KMSClient(clientConfig(access, endpoint));
  const spec =
    use === 'sign'
      ? ({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const)
      : ({ KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' } as const);
  const { KeyMetadata } = await client.send(new CreateKeyCommand(spec));
  return String(KeyMetadata?.Arn);
}

export async function makeSecretPlace({ access, endpoint }: TestAws, name: string): Promise<void> {
  const client = new SecretsManagerClient(clientConfig(access, endpoint));
  await client.send(new CreateSecretCommand({ Name: name }));
}

/** As a person does, who is no program of ours. */
export async function putSecret(
  { access, endpoint }: TestAws,
  name: string,
  value: Secret,
): Promise<void> {
  if (value.equals('')) throw new TypeError('An empty secret is no secret.');
  const client = new SecretsManagerClient(clientConfig(access, endpoint));
  await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value.reveal() }));
}

export async function makeLockedBucket({ access, endpoint }: TestAws): Promise<string> {
  const name = `anchors-${randomBytes(8).toString('hex')}`;
  const client = new S3Client(bucketsConfig(access, endpoint));
  await client.send(
    new CreateBucketCommand({
      Bucket: name,
      ObjectLockEnabledForBucket: true,
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  return name;
}
