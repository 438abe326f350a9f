import { openSecretStore } from '@app/platform/aws/open';
import type { SecretReference } from '@app/platform/secrets';
import type { ChangedStores } from '../../commands/stores.ts';
import type { Environment } from '../../config.ts';
import { accessOf, given } from './access.ts';
import { env } from './env.ts';

export function openChanged(environment: Environment): ChangedStores {
  const access = accessOf(environment);
  const { SECRETS_ENDPOINT, SECRETS_PREFIX } = environment(env);
  const [endpoint, prefix] = [given(SECRETS_ENDPOINT), given(SECRETS_PREFIX)];
  return {
    secrets: { ...openSecretStore(access, endpoint, prefix), set },
    keys: { rotate },
  };
}

// A task has no input that a value could come by, and no argument or setting may hold one. (HOOK-6)
async function set({ name }: SecretReference): Promise<never> {
  throw new Error(
    `${name} is in Secrets Manager: a person puts its value there, as infra/README.md says.`,
  );
}

// Whoever may make keys may also put one of theirs in the place of ours, so nothing that runs may.
async function rotate(name: string): Promise<never> {
  throw new Error(
    `${name} is a key of KMS: add a generation of it in infra/keys.json, and deploy.`,
  );
}
