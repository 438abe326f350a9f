import { parseKeyRing } from '@app/platform/aws/key-ring';
import { openAnchorLog, openKeyStore, openSecretStore } from '@app/platform/aws/open';
import type { Environment } from '../../config.ts';
import type { Stores } from '../../stores.ts';
import { accessOf, given } from './access.ts';
import { env } from './env.ts';

export function openAwsStores(environment: Environment): Stores {
  const access = accessOf(environment);
  const known = environment(env);
  const ring = parseKeyRing(given(known.KMS_KEYS));
  if (ring === undefined) throw new Error('KMS_KEYS cannot be read.');
  return {
    keys: openKeyStore(access, given(known.KMS_ENDPOINT), ring),
    secrets: openSecretStore(access, given(known.SECRETS_ENDPOINT), given(known.SECRETS_PREFIX)),
    anchors: openAnchorLog(access, given(known.S3_ENDPOINT), given(known.ANCHORS_BUCKET)),
  };
}
