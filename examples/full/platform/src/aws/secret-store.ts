import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretReference, SecretStore } from '../secrets/secret.ts';
import { Secret, secretMissing } from '../secrets/secret.ts';
import type { Environment } from '../service/environment.ts';
import type { OperatorStores } from '../service/stores.ts';
import { accessOf, clientConfig, failed, given, nameOf } from './client.ts';
import { env } from './settings.ts';

// A replaced secret is used everywhere after one minute, and at once where the old one was refused.
const KEPT_MS = 60_000;
// Limits the calls of a caller whose secret is refused again and again.
const REFUSED_MS = 1_000;
// References are constants in the code, so more than this is a mistake.
const MOST_KEPT = 200;

interface Kept {
  readonly secret: Secret;
  readonly readAt: number;
}

/** Reads the current value from Secrets Manager, and never one that a rotation only prepares. (HOOK-6) */
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
      // Math.abs: a clock that is set back must not keep an old secret in use.
      if (known && Math.abs(now() - known.readAt) < goodForMs) return known.secret;
      return asking.get(name) ?? ask(name);
    },
  };

  // Concurrent callers share one request.
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
      // The secret does not exist, or has no value yet.
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

/** Refuses changes that an operator makes in AWS instead, and says how. */
export function openAwsOperatorStores(environment: Environment): OperatorStores {
  return { secrets: { ...openSecretStore(environment), set }, keys: { rotate } };
}

// A task has no standard input, and a secret must not be in an argument or a variable. (HOOK-6)
async function set({ name }: SecretReference): Promise<never> {
  throw new Error(
    `${name} is in Secrets Manager: a person puts its value there, as infra/README.md says.`,
  );
}

// A program that may create keys could replace a key of the service with its own, so no program may.
async function rotate(name: string): Promise<never> {
  throw new Error(
    `${name} is a key of KMS: add a generation of it in infra/keys.json, and deploy.`,
  );
}
