import type { Cloud } from '../service/stores.ts';

/** Each part loads on its first call, so that a developer's machine loads no AWS SDK. */
export const aws: Cloud = {
  name: 'AWS',
  openCloudStores: async (environment) => (await import('./stores.ts')).openAwsStores(environment),
  openCloudOperatorStores: async (environment) =>
    (await import('./secret-store.ts')).openAwsOperatorStores(environment),
  signInToDatabase: async (environment, server) =>
    (await import('./database-sign-in.ts')).databaseSignIn(environment, server),
};
