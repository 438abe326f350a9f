import type { AnchorLog } from '../audit/anchors.ts';
import type { ServerTarget, SignIn } from '../database/database.ts';
import type { KeyStore, RotatingKeyStore } from '../keys/keys.ts';
import type { SecretStore, WritableSecretStore } from '../secrets/secret.ts';
import type { Environment } from './environment.ts';

export interface Stores {
  readonly keys: KeyStore;
  readonly secrets: SecretStore;
  readonly anchors: AnchorLog;
}

/** What an operator changes and no service does. */
export interface OperatorStores {
  readonly keys: Pick<RotatingKeyStore, 'rotate'>;
  readonly secrets: WritableSecretStore;
}

/**
 * The parts of a cloud. Each loads when it is called, and is called from one file, so that a program reaches only the
 * parts that it uses: its role in the cloud is granted those and no others. (AUTHZ-4)
 */
export interface Cloud {
  /** As the variables that belong to its stores say it: `storesOf`. */
  readonly name: string;
  readonly openCloudStores: (environment: Environment) => Promise<Stores>;
  readonly openCloudOperatorStores: (environment: Environment) => Promise<OperatorStores>;
  /** Undefined where the environment asks for none: then the login uses the password of a file, or none. */
  readonly signInToDatabase: (
    environment: Environment,
    server: ServerTarget,
  ) => Promise<SignIn | undefined>;
}

/** The cloud of that name, which the configuration has found in the environment. */
export function cloudNamed(cloud: Cloud | undefined, name: string): Cloud {
  if (cloud?.name !== name) throw new Error(`This project has no stores of ${name}.`);
  return cloud;
}
