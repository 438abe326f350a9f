import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the database is, where one that is being restored waits, and where the one it replaces goes. */
export const LIVE = 'postgres';
export const INCOMING = 'postgres.incoming';
export const BEFORE = 'postgres.before';

/** For the owner of the folder: takes back a restore that died before its end, and clears up after one that did not. */
export async function settleRestore(path: string): Promise<void> {
  if (!existsSync(join(path, LIVE)) && existsSync(join(path, BEFORE))) {
    await rename(join(path, BEFORE), join(path, LIVE));
  }
  for (const left of [INCOMING, BEFORE]) {
    await rm(join(path, left), { recursive: true, force: true });
  }
}
