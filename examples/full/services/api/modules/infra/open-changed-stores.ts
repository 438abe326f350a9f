import { openSecretStore } from '@app/platform/aws/open';
import { openSecretWriter } from '@app/platform/aws/open-writer';
import type { ChangedStores } from '../../commands/stores.ts';
import type { Environment } from '../../config.ts';
import { accessOf, given } from './access.ts';
import { env } from './env.ts';

export function openChanged(environment: Environment): ChangedStores {
  const access = accessOf(environment);
  const { SECRETS_ENDPOINT, SECRETS_PREFIX } = environment(env);
  const [endpoint, prefix] = [given(SECRETS_ENDPOINT), given(SECRETS_PREFIX)];
  return {
    secrets: {
      ...openSecretStore(access, endpoint, prefix),
      set: openSecretWriter(access, endpoint, prefix),
    },
    keys: { rotate },
  };
}

// Whoever may make keys may also put one of theirs in the place of ours, so nothing that runs may.
async function rotate(name: string): Promise<never> {
  throw new Error(
    `${name} is a key of KMS: add a generation of it in infra/keys.json, and deploy.`,
  );
}
