import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { WritableSecretStore } from '../secrets.ts';
import { failed, nameOf } from './access.ts';

/** For operators' commands, and no service: only a place that a deploy has made takes a value. (AUTHZ-4) */
export function awsSecretWriter(
  client: Pick<SecretsManagerClient, 'send'>,
  prefix: string,
): WritableSecretStore['set'] {
  return async ({ name }, value) => {
    if (value.equals('')) throw new TypeError('An empty secret is no secret.');
    const put = { SecretId: `${prefix}${name}`, SecretString: value.reveal() };
    await client.send(new PutSecretValueCommand(put)).catch((error: unknown) => {
      if (nameOf(error) !== 'ResourceNotFoundException')
        throw failed(`Setting the secret ${name}`, error);
      throw new Error(
        `There is no place for the secret ${name}: name it in infra/modules/, and deploy first.`,
      );
    });
  };
}
