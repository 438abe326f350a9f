import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AnchorLog } from '../anchors.ts';
import type { KeyStore } from '../keys.ts';
import type { SecretStore } from '../secrets.ts';
import type { Access } from './access.ts';
import { clientConfig } from './access.ts';
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
  const client = new S3Client({
    ...clientConfig(access, endpoint),
    // The bucket in the path: the host is then the one that the process is let out to.
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_SUPPORTED',
    useArnRegion: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
  });
  return s3AnchorLog(client, bucket);
}
