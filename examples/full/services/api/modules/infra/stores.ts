import type { StoreKind } from '../../stores.ts';

// Loaded where it is asked for, and nowhere else: on a developer's machine nothing of it is.
export const aws: StoreKind = {
  cloud: 'AWS',
  open: async (environment) => (await import('./open-stores.ts')).openAwsStores(environment),
};
