import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGliteOptions } from '@electric-sql/pglite';
import { PGlite } from '@electric-sql/pglite';
import { claimFolder } from './claim.ts';
import { hold, SESSION_WAIT_MS } from './sessions.ts';
import { parsers, serializers } from './values.ts';
import type { Engine, SessionPool } from './sessions.ts';

/** The folders of the live database, of the one being restored, and of the one that it replaces. */
export const LIVE = 'postgres';
export const INCOMING = 'postgres.incoming';
export const BEFORE = 'postgres.before';

/**
 * Undoes a restore that died before it took effect, and removes what a restore left. Only the folder's owner calls it.
 */
export async function settleRestore(path: string): Promise<void> {
  if (!existsSync(join(path, LIVE)) && existsSync(join(path, BEFORE))) {
    await rename(join(path, BEFORE), join(path, LIVE));
  }
  for (const left of [INCOMING, BEFORE]) {
    await rm(join(path, left), { recursive: true, force: true });
  }
}

type Turn = () => void;

/**
 * PGlite has one session. One transaction holds it until the release, in order of arrival. Otherwise the statements of
 * two transactions would interleave, and one would commit the statements of the other.
 */
export function oneSessionPool(
  query: Engine['query'],
  close: () => Promise<void>,
  waitMs: number = SESSION_WAIT_MS,
): SessionPool {
  const identity = {};
  const waiting: Turn[] = [];
  let held = false;
  let closed = false;

  const next = (): void => {
    const turn = waiting.shift();
    held = turn !== undefined;
    turn?.();
  };

  const connect = async () => {
    if (closed) throw new Error('The database is closed.');
    if (held) await queueUp(waiting, waitMs);
    held = true;
    return hold({ identity, query, release: next });
  };

  // Wait for the transaction that holds the session: closing now would cut it in half.
  const end = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    if (held) await queueUp(waiting, waitMs).catch(() => {});
    await close();
  };

  return { connect, end };
}

function queueUp(waiting: Turn[], waitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(turn), 1);
      reject(
        new Error(
          `The embedded database has one session and it stayed busy for ${waitMs} ms. ` +
            'Is a transaction opened inside another one?',
        ),
      );
    }, waitMs);
    waiting.push(turn);
  });
}

export async function openMemory(options: PGliteOptions = {}): Promise<SessionPool> {
  const pglite = await PGlite.create(options);
  return sessionOf(pglite, () => pglite.close());
}

/** Opens the folder as its only owner: two processes would overwrite each other's pages. */
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
  // Set once per session: PGlite copies the whole table for each statement that brings its own.
  Object.assign(pglite.parsers, parsers);
  Object.assign(pglite.serializers, serializers);
  // Without values the text may hold several statements, as a migration does. PGlite has a separate method for that.
  const query = async (text: string, values: readonly unknown[]) =>
    values.length === 0 ? (await pglite.exec(text)).at(-1) : pglite.query(text, [...values]);

  const pool = oneSessionPool(query, close);
  return { ...pool, dump: () => dumpBetweenTransactions(pool, pglite) };
}

// Holds the session, so that no transaction is open: the archive has each one whole or not at all.
async function dumpBetweenTransactions(pool: SessionPool, pglite: PGlite): Promise<Blob> {
  const session = await pool.connect();
  try {
    return await pglite.dumpDataDir('gzip');
  } finally {
    session.release();
  }
}
