import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A module of the emitted project that this process runs in. @param {string} path */
export const emitted = (path) => import(pathToFileURL(join(process.cwd(), path)).href);

/** Sets the key of the endpoint, and returns the store that has it. */
export async function keepSecret() {
  const [{ Secret }, { SecretReference }, { localStores }] = await Promise.all([
    emitted('platform/src/secrets/secret.ts'),
    emitted('platform/src/secrets/secret.ts'),
    emitted('platform/src/local/stores.ts'),
  ]);
  const { secrets } = localStores(process.env.DATA_FOLDER);
  await secrets.set(new SecretReference('webhooks/bench-1'), new Secret(process.env.SECRET));
  return secrets;
}
