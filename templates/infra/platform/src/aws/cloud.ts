import type { Cloud } from '../service/backing-services.ts';

/** Each part loads when it is called, so that none of the SDK loads on a developer's machine. */
export const aws: Cloud = {
  name: 'AWS',
  openStores: async (environment) => (await import('./stores.ts')).openStores(environment),
  openOperatorStores: async (environment) =>
    (await import('./operator-stores.ts')).openOperatorStores(environment),
  databaseSignIn: async (environment, server) =>
    (await import('./database-sign-in.ts')).databaseSignIn(environment, server),
};
