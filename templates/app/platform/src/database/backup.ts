import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { claimFolder } from './claim.ts';
import type { Database } from './database.ts';
import { BEFORE, INCOMING, LIVE, sessionOf, settleRestore } from './embedded.ts';
import { databaseOn } from './open.ts';

// An archive holds every table, so only its owner may read it.
const OWNER_ONLY = 0o600;

/** Beside the archive, in the form that `sha256sum --check` reads. */
export function hashFileOf(file: string): string {
  return `${file}.sha256`;
}

/** Writes the archive under its name once it is complete. Never overwrites a file. Returns the hash. */
export async function writeArchive(file: string, archive: Blob): Promise<string> {
  if (existsSync(file)) throw new Error(`${file} exists: a backup is never overwritten.`);
  const bytes = await archive.bytes();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // Write the hash first, so that every archive has its hash beside it.
  const line = await written(file, Buffer.from(`${sha256}  ${basename(file)}\n`));
  await rename(line, hashFileOf(file));
  const partial = await written(file, bytes);
  try {
    // Unlike a rename, a link fails if another process has taken the name meanwhile.
    await link(partial, file);
  } finally {
    await rm(partial);
  }
  return sha256;
}

/** Reads the archive. Refuses it if its hash is missing or differs. */
export async function readArchive(file: string): Promise<{ archive: Blob; sha256: string }> {
  const bytes = await readFile(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const expected = await readFile(hashFileOf(file), 'utf8').catch(() => {
    throw new Error(`${hashFileOf(file)} is missing: nothing tells whether the backup is whole.`);
  });
  if (expected.split(' ')[0] !== sha256) {
    throw new Error(`${file} is not what was backed up: its hash is another one.`);
  }
  return { archive: new Blob([bytes], { type: 'application/gzip' }), sha256 };
}

async function written(file: string, bytes: Uint8Array): Promise<string> {
  const partial = `${file}.${randomBytes(8).toString('hex')}.partial`;
  const handle = await open(partial, 'wx', OWNER_ONLY);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return partial;
}

/**
 * Replaces the database in the folder by the archive, once `check` has accepted it. If the process dies, the folder
 * holds either the old database or the restored one. `settleRestore` removes what is left over.
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
    // This rename decides: before it, the old database is the live one.
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
