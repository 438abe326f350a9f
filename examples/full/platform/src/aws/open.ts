import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AnchorLog } from '../anchors.ts';
import type { KeyStore } from '../keys.ts';
import type { SecretStore } from '../secrets.ts';
import type { Access } from './access.ts';
import { bucketsConfig, clientConfig } from './access.ts';
import { s3AnchorLog } from './anchor-log.ts';
import type { KeyRing } from './key-ring.ts';
import { kmsKeyStore } from './key-store.ts';
import { awsSecretStore } from './secret-store.ts';

export function openKeyStore(access: Access, endpoint: string, ring: KeyRing): KeyStore {
  return kmsKeyStore(new KMSClient(clientConfig(access, endpoint)), ring);
}

export function openSecretStore(access: Access, endpoint: string, prefix: string): SecretStore {
  return awsSecretStore(new SecretsManagerClient(clientConfig(access, endpoint)), prefix);
}

export function openAnchorLog(access: Access, endpoint: string, bucket: string): AnchorLog {
  return s3AnchorLog(new S3Client(bucketsConfig(access, endpoint)), bucket);
}
