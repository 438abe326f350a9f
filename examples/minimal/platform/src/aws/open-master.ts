import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ServerTarget } from '../database.ts';
import type { Access } from './access.ts';
import { clientConfig } from './access.ts';
import { asMaster } from './master-sign-in.ts';

export function openAsMaster(
  access: Access,
  endpoint: string,
  secret: string,
  url: string,
): Promise<ServerTarget> {
  const client = new SecretsManagerClient(clientConfig(access, endpoint));
  return asMaster(client, secret, url, access.region);
}
