import type { SecretReference } from '../secrets/secret.ts';
import type { OperatorStores } from '../service/cloud.ts';
import type { Environment } from '../service/environment.ts';
import { openSecretStore } from './secret-store.ts';

/** What an operator changes elsewhere is refused here, with the way to do it in AWS. */
export function openAwsOperatorStores(environment: Environment): OperatorStores {
  return { secrets: { ...openSecretStore(environment), set }, keys: { rotate } };
}

// A task has no standard input for a value, and no argument or variable may hold one. (HOOK-6)
async function set({ name }: SecretReference): Promise<never> {
  throw new Error(
    `${name} is in Secrets Manager: a person puts its value there, as infra/README.md says.`,
  );
}

// A program that may create keys could replace a key of the service with one of its own, so no program may.
async function rotate(name: string): Promise<never> {
  throw new Error(
    `${name} is a key of KMS: add a generation of it in infra/keys.json, and deploy.`,
  );
}
