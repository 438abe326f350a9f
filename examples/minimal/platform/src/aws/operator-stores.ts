import type { SecretReference } from '../secrets/secret.ts';
import type { OperatorStores } from '../service/cloud.ts';
import type { Environment } from '../service/environment.ts';
import { openSecretStore } from './secret-store.ts';

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
