import type { AnchorLog } from '../audit/anchors.ts';
import type { ServerTarget, SignIn } from '../database/database.ts';
import type { KeyStore, RotatingKeyStore } from '../keys/keys.ts';
import { localStores } from '../local/stores.ts';
import type { SecretStore, WritableSecretStore } from '../secrets/secret.ts';
import type { CommandConfig } from './config.ts';
import type { Environment } from './environment.ts';

export interface Stores {
  readonly keys: KeyStore;
  readonly secrets: SecretStore;
  readonly anchors: AnchorLog;
}

/** The stores that an operator changes. No service changes them. */
export interface OperatorStores {
  readonly keys: Pick<RotatingKeyStore, 'rotate'>;
  readonly secrets: WritableSecretStore;
}

/**
 * The parts of a cloud. Each loads when it is called and is called from one file, so that a program reaches only the
 * parts that it uses. The role of the program is granted those parts and no others. (AUTHZ-4)
 */
export interface Cloud {
  /** The value of `storesOf` in the schema of the variables of its stores. */
  readonly name: string;
  readonly openCloudStores: (environment: Environment) => Promise<Stores>;
  readonly openCloudOperatorStores: (environment: Environment) => Promise<OperatorStores>;
  /** Undefined if the environment asks for none. The login then uses the password of a file, or none. */
  readonly signInToDatabase: (
    environment: Environment,
    server: ServerTarget,
  ) => Promise<SignIn | undefined>;
}

/** The cloud that the configuration found in the environment. */
export function cloudNamed(cloud: Cloud | undefined, name: string): Cloud {
  if (cloud?.name !== name) throw new Error(`This project has no stores of ${name}.`);
  return cloud;
}

/** Keys, secrets and anchors from the one place that the configuration names. */
export async function openStores(
  { cloud }: { readonly cloud: Cloud | undefined },
  { stores, environment }: CommandConfig,
): Promise<Stores> {
  if (stores.kind === 'folder') return localStores(stores.path);
  return cloudNamed(cloud, stores.cloud).openCloudStores(environment);
}
