import { localStores } from '../local/stores.ts';
import type { Cloud, Stores } from './cloud.ts';
import { cloudNamed } from './cloud.ts';
import type { CommandConfig } from './config.ts';

/** Keys, secrets and anchors, from the one place that the configuration names. */
export async function openStores(
  { cloud }: { readonly cloud: Cloud | undefined },
  { stores, environment }: CommandConfig,
): Promise<Stores> {
  if (stores.kind === 'folder') return localStores(stores.path);
  return cloudNamed(cloud, stores.cloud).openCloudStores(environment);
}
