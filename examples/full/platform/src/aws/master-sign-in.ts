import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ServerTarget } from '../database.ts';
import { failed } from './access.ts';
import { authoritiesOf } from './database-sign-in.ts';

const Master = Type.Object({ username: Type.String(), password: Type.String() });

/** As whom RDS has made the database. It keeps that password itself, and replaces it. (HOOK-6) */
export async function asMaster(
  client: Pick<SecretsManagerClient, 'send'>,
  secret: string,
  url: string,
  region: string,
): Promise<ServerTarget> {
  const { SecretString = '' } = await client
    .send(new GetSecretValueCommand({ SecretId: secret }))
    .catch((error: unknown) => {
      throw failed('Reading the secret of the database', error);
    });
  const { username, password } = masterIn(SecretString);
  const address = new URL(url);
  address.username = encodeURIComponent(username);
  const signIn = { password: async () => password, ca: authoritiesOf(region) };
  return { kind: 'server', url: address.href, signIn };
}

// What could not be read may still be the password: nothing of it is told. (HOOK-6)
function masterIn(text: string) {
  try {
    const master: unknown = JSON.parse(text);
    if (Value.Check(Master, master)) return master;
  } catch {}
  throw new Error('The secret of the database is not one that RDS has made.');
}
