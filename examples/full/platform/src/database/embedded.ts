import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { PGliteOptions } from '@electric-sql/pglite';
import type { SessionPool } from './session.ts';
import { claimFolder } from './claim.ts';
import { parsers, serializers } from './values.ts';
import { oneSessionPool } from './one-session.ts';
import { LIVE, settleRestore } from './settle-restore.ts';

export async function openMemory(options: PGliteOptions = {}): Promise<SessionPool> {
  const pglite = await PGlite.create(options);
  return sessionOf(pglite, () => pglite.close());
}

/** One process owns the folder: two would each write pages the other does not know of. */
export async function openFolder(path: string, options: PGliteOptions = {}): Promise<SessionPool> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const claim = await claimFolder(path);
  try {
    await settleRestore(path);
    const pglite = await PGlite.create({ ...options, dataDir: join(path, LIVE) });
    return sessionOf(pglite, () => pglite.close().finally(claim.release));
  } catch (error) {
    await claim.release();
    throw error;
  }
}

export function sessionOf(pglite: PGlite, close: () => Promise<void>): SessionPool {
  // Once for the session: given with a statement, PGlite copies its whole table for each of them.
  Object.assign(pglite.parsers, parsers);
  Object.assign(pglite.serializers, serializers);
  // Without values the text may hold several statements, as a migration does; PGlite has another
  // method for that where the server's protocol decides by itself.
  const query = async (text: string, values: readonly unknown[]) =>
    values.length === 0 ? (await pglite.exec(text)).at(-1) : pglite.query(text, [...values]);

  const pool = oneSessionPool(query, close);
  return { ...pool, dump: () => dumpBetweenTransactions(pool, pglite) };
}

// Holding the session: no transaction is open, so that the archive holds each of them whole or not at all.
async function dumpBetweenTransactions(pool: SessionPool, pglite: PGlite): Promise<Blob> {
  const session = await pool.connect();
  try {
    return await pglite.dumpDataDir('gzip');
  } finally {
    session.release();
  }
}
