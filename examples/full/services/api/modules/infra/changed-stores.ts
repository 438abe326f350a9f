import type { ChangedStoreKind } from '../../commands/stores.ts';

export const aws: ChangedStoreKind = {
  cloud: 'AWS',
  open: async (environment) => (await import('./open-changed-stores.ts')).openChanged(environment),
};
