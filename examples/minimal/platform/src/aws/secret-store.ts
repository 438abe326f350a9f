import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretStore } from '../secrets/secret.ts';
import { Secret, secretMissing } from '../secrets/secret.ts';
import type { Environment } from '../service/environment.ts';
import { accessOf, clientConfig, failed, given, nameOf } from './client.ts';
import { env } from './settings.ts';

// A secret that is replaced is used everywhere after this long, and at once where the old one was refused.
const KEPT_MS = 60_000;
// Whoever is refused again and again must not become a storm of calls.
const REFUSED_MS = 1_000;
// References stand in the code, so more than this is a mistake and not a need.
const MOST_KEPT = 200;

interface Kept {
  readonly secret: Secret;
  readonly readAt: number;
}

/** In Secrets Manager, as it is now: what a rotation has only prepared is not served. (HOOK-6) */
export function awsSecretStore(
  client: Pick<SecretsManagerClient, 'send'>,
  prefix: string,
  now = Date.now,
): SecretStore {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<Secret>>();

  return {
    async read({ name }, { refused } = {}) {
      const known = kept.get(name);
      const isRefused = known && refused !== undefined && known.secret.equals(refused.reveal());
      const goodForMs = isRefused ? REFUSED_MS : KEPT_MS;
      // A clock that is set back must not keep an old one in use.
      if (known && Math.abs(now() - known.readAt) < goodForMs) return known.secret;
      return asking.get(name) ?? ask(name);
    },
  };

  // One asks for all who wait.
  function ask(name: string): Promise<Secret> {
    const asked = currentValue(client, prefix, name)
      .then((secret) => {
        keep(name, secret);
        return secret;
      })
      .finally(() => asking.delete(name));
    asking.set(name, asked);
    return asked;
  }

  function keep(name: string, secret: Secret): void {
    kept.delete(name);
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(name, { secret, readAt: now() });
  }
}

async function currentValue(
  client: Pick<SecretsManagerClient, 'send'>,
  prefix: string,
  name: string,
): Promise<Secret> {
  const asked = { SecretId: `${prefix}${name}`, VersionStage: 'AWSCURRENT' };
  const { SecretString } = await client
    .send(new GetSecretValueCommand(asked))
    .catch((error: unknown) => {
      // There is no place, or nothing has been put there yet.
      if (nameOf(error) === 'ResourceNotFoundException') throw secretMissing(name);
      throw failed(`Reading the secret ${name}`, error);
    });
  if (!SecretString) throw secretMissing(name);
  return new Secret(SecretString);
}

export function openSecretStore(environment: Environment): SecretStore {
  const { SECRETS_ENDPOINT, SECRETS_PREFIX } = environment(env);
  const config = clientConfig(accessOf(environment), given(SECRETS_ENDPOINT));
  return awsSecretStore(new SecretsManagerClient(config), given(SECRETS_PREFIX));
}
