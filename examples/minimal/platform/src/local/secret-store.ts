import { join } from 'node:path';
import { Secret } from '../secret.ts';
import type { WritableSecretStore } from '../secrets.ts';
import { secretMissing } from '../secrets.ts';
import { readPrivate, replacePrivate } from './private-file.ts';

/** In files of 0600, read each time: one that is replaced needs no restart. (HOOK-6) */
export function localSecretStore(folder: string): WritableSecretStore {
  // No name contains a dot, so that no two names share a file.
  const path = (name: string): string => join(folder, name.replaceAll('/', '.'));

  return {
    async read({ name }) {
      const value = await readPrivate(path(name));
      if (value !== undefined) return new Secret(value);
      throw secretMissing(name);
    },

    async set({ name }, value) {
      if (value.equals('')) throw new TypeError('An empty secret is no secret.');
      await replacePrivate(path(name), value.reveal());
    },
  };
}
