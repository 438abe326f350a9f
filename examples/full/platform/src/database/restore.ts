import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Database } from '../database.ts';
import { claimFolder } from './claim.ts';
import { databaseOn } from './on-pool.ts';
import { sessionOf } from './embedded.ts';
import { BEFORE, INCOMING, LIVE, settleRestore } from './settle-restore.ts';

/**
 * Puts an archive in the place of what the folder holds, once `check` has looked at what is in it. The folder is in one
 * of two states whenever the process dies: all as it was, or all restored; `settleRestore` sees to the rest.
 */
export async function restoreFolder(
  path: string,
  archive: Blob,
  check: (restored: Database) => Promise<void>,
): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const claim = await claimFolder(path);
  try {
    await settleRestore(path);
    await unpack(join(path, INCOMING), archive, check);
    if (existsSync(join(path, LIVE))) await rename(join(path, LIVE), join(path, BEFORE));
    // From here on it is restored; a moment before, it was not.
    await rename(join(path, INCOMING), join(path, LIVE));
    await settleRestore(path);
  } finally {
    await claim.release();
  }
}

async function unpack(
  dataDir: string,
  archive: Blob,
  check: (restored: Database) => Promise<void>,
): Promise<void> {
  try {
    const pglite = await PGlite.create({ dataDir, loadDataDir: archive });
    const restored = databaseOn(
      'folder',
      sessionOf(pglite, () => pglite.close()),
    );
    await check(restored).finally(() => restored.close());
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}
