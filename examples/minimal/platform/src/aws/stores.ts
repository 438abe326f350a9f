import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { Stores } from '../service/stores.ts';
import type { Environment } from '../service/environment.ts';
import { s3AnchorLog } from './anchor-log.ts';
import { accessOf, bucketsConfig, clientConfig, given } from './client.ts';
import { env, parseKeyRing } from './settings.ts';
import { kmsKeyStore } from './key-store.ts';
import { openSecretStore } from './secret-store.ts';

/** Keys in KMS, secrets in Secrets Manager, anchors in a bucket with an object lock. */
export function openAwsStores(environment: Environment): Stores {
  const access = accessOf(environment);
  const known = environment(env);
  const ring = parseKeyRing(given(known.KMS_KEYS));
  if (ring === undefined) throw new Error('KMS_KEYS cannot be read.');
  const kms = new KMSClient(clientConfig(access, given(known.KMS_ENDPOINT)));
  const s3 = new S3Client(bucketsConfig(access, given(known.S3_ENDPOINT)));
  return {
    keys: kmsKeyStore(kms, ring),
    secrets: openSecretStore(environment),
    anchors: s3AnchorLog(s3, given(known.ANCHORS_BUCKET)),
  };
}
