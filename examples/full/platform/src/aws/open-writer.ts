import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { WritableSecretStore } from '../secrets.ts';
import type { Access } from './access.ts';
import { clientConfig } from './access.ts';
import { awsSecretWriter } from './secret-writer.ts';

export function openSecretWriter(
  access: Access,
  endpoint: string,
  prefix: string,
): WritableSecretStore['set'] {
  return awsSecretWriter(new SecretsManagerClient(clientConfig(access, endpoint)), prefix);
}
