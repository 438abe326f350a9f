import type { AnchorLog } from '@app/platform/anchors';
import type { KeyStore } from '@app/platform/keys';
import type { SecretStore } from '@app/platform/secrets';
import type { Environment } from './config.ts';
import { localStores } from './local-stores.ts';
import { storeKinds } from './store-kinds.ts';
import type { StorePlace } from './store-place.ts';

export interface Stores {
  readonly keys: KeyStore;
  readonly secrets: SecretStore;
  readonly anchors: AnchorLog;
}

export interface StoreKind {
  /** As the variables that belong to it say it: `storesOf`. */
  readonly cloud: string;
  readonly open: (environment: Environment) => Promise<Stores>;
}

export interface Placed {
  readonly stores: StorePlace;
  readonly environment: Environment;
}

/** Keys, secrets and anchors, from the one place where the environment says that they are. */
export async function openStores({ stores, environment }: Placed): Promise<Stores> {
  if (stores.kind === 'folder') return localStores(stores.path);
  return kindOf(storeKinds, stores.cloud).open(environment);
}

export function kindOf<Kind extends { readonly cloud: string }>(
  kinds: readonly Kind[],
  cloud: string,
): Kind {
  const kind = kinds.find((known) => known.cloud === cloud);
  if (kind === undefined) throw new Error(`Nothing here opens the stores of ${cloud}.`);
  return kind;
}
