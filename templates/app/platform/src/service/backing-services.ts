import type { AnchorLog } from '../audit/anchors.ts';
import type { Database, ServerTarget, SignIn } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import type { KeyStore, RotatingKeyStore } from '../keys/keys.ts';
import { localStores } from '../local/stores.ts';
import type { SecretStore, WritableSecretStore } from '../secrets/secret.ts';
import type { Environment } from './environment.ts';
import type { CommandConfig } from './config.ts';

export interface Stores {
  readonly keys: KeyStore;
  readonly secrets: SecretStore;
  readonly anchors: AnchorLog;
}

/** The stores that operators change and services do not. */
export interface OperatorStores {
  readonly keys: Pick<RotatingKeyStore, 'rotate'>;
  readonly secrets: WritableSecretStore;
}

/**
 * The parts of a cloud. Each part loads on its first use, so that a program reaches only the calls of the parts it uses. Its
 * cloud role is granted these calls only. (AUTHZ-4)
 */
export interface Cloud {
  /** The name that its variables carry as `storesOf`. */
  readonly name: string;
  readonly openStores: (environment: Environment) => Promise<Stores>;
  readonly openOperatorStores: (environment: Environment) => Promise<OperatorStores>;
  /** Undefined unless the environment configures it. Then the login uses a password file or no password. */
  readonly databaseSignIn: (
    environment: Environment,
    server: ServerTarget,
  ) => Promise<SignIn | undefined>;
}

interface WithCloud {
  readonly cloud: Cloud | undefined;
}

/** Opens keys, secrets and anchors in the one place that the configuration names. */
export async function openStores({ cloud }: WithCloud, config: CommandConfig): Promise<Stores> {
  if (config.stores.kind === 'folder') return localStores(config.stores.path);
  return named(cloud, config.stores.cloud).openStores(config.environment);
}

/** Opens them for a command that changes them. Services never call this: in a cloud it needs a grant of its own. */
export async function openOperatorStores(
  { cloud }: WithCloud,
  config: CommandConfig,
): Promise<OperatorStores> {
  if (config.stores.kind === 'folder') return localStores(config.stores.path);
  return named(cloud, config.stores.cloud).openOperatorStores(config.environment);
}

export async function openServiceDatabase(
  { cloud }: WithCloud,
  { database, environment }: CommandConfig,
): Promise<Database> {
  if (database.kind !== 'server') return openDatabase(database);
  const signIn = await cloud?.databaseSignIn(environment, database);
  return openDatabase({ ...database, ...(signIn && { signIn }) });
}

function named(cloud: Cloud | undefined, name: string): Cloud {
  if (cloud?.name !== name) throw new Error(`This project has no stores of ${name}.`);
  return cloud;
}
