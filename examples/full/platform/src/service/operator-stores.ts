import { localStores } from '../local/stores.ts';
import type { Cloud, OperatorStores } from './stores.ts';
import { cloudNamed } from './stores.ts';
import type { CommandConfig } from './config.ts';

/**
 * Secrets and keys for a command that changes them. No service imports this: in a cloud, doing so is what needs the
 * grant.
 */
export async function openOperatorStores(
  { cloud }: { readonly cloud: Cloud | undefined },
  { stores, environment }: CommandConfig,
): Promise<OperatorStores> {
  if (stores.kind === 'folder') return localStores(stores.path);
  return cloudNamed(cloud, stores.cloud).openCloudOperatorStores(environment);
}
