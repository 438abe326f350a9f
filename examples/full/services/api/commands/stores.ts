import type { RotatingKeyStore } from '@app/platform/keys';
import type { WritableSecretStore } from '@app/platform/secrets';
import type { Environment } from '../config.ts';
import { localStores } from '../local-stores.ts';
import type { Placed } from '../stores.ts';
import { kindOf } from '../stores.ts';
import { storeKinds } from './store-kinds.ts';

export interface ChangedStores {
  readonly keys: Pick<RotatingKeyStore, 'rotate'>;
  readonly secrets: WritableSecretStore;
}

export interface ChangedStoreKind {
  readonly cloud: string;
  readonly open: (environment: Environment) => Promise<ChangedStores>;
}

/** What an operator changes and no service does: the import of this is what grants it in a cloud. (AUTHZ-4) */
export async function openChangedStores({ stores, environment }: Placed): Promise<ChangedStores> {
  if (stores.kind === 'folder') return localStores(stores.path);
  return kindOf(storeKinds, stores.cloud).open(environment);
}
