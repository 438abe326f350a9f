import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Database, SystemTx } from '../../src/database/database.ts';
import { openMemory } from '../../src/database/embedded.ts';
import { databaseOn, openDatabase } from '../../src/database/open.ts';
import { OPERATOR_ROLE, SERVICE_ROLE } from '../../src/database/sessions.ts';

// The same tests run on a server when this names one: postgres://user@host/database, no password.
export const SERVER_URL = process.env['TEST_DATABASE_URL'];

const MIGRATIONS = new URL('../../../migrations/', import.meta.url);

/** A fresh, empty database that closing removes. One a test file is enough: opening takes a while. */
export async function openTestDatabase(): Promise<Database> {
  const database =
    SERVER_URL === undefined
      ? databaseOn('memory', await openMemory({ loadDataDir: await emptyDataDir() }))
      : await onServer(new URL(SERVER_URL));
  await database.ownerTransaction('test roles', async (tx) => {
    for (const role of [SERVICE_ROLE, OPERATOR_ROLE]) await makeRole(tx, role);
  });
  return database;
}

// As the first migration does; on a server another test may have made it, or be about to.
function makeRole(tx: SystemTx, role: string): Promise<unknown> {
  return sql
    .raw(
      `do $$ begin create role ${role} nologin;
       exception when duplicate_object or unique_violation then end $$`,
    )
    .execute(tx.sql);
}

/** The same, with the platform's own tables and those of the modules that are named. */
export async function openPlatformDatabase(...modules: readonly string[]): Promise<Database> {
  const database = await openTestDatabase();
  await migratePlatform(database, ...modules);
  return database;
}

export async function migratePlatform(
  database: Database,
  ...modules: readonly string[]
): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'migrations-'));
  const order = ['platform', ...modules];
  for (const module of order)
    await cp(new URL(module, MIGRATIONS), join(parent, module), { recursive: true });
  await database.migrate(parent, order).finally(() => rm(parent, { recursive: true }));
}

async function onServer(url: URL): Promise<Database> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const database = await openDatabase({ kind: 'server', url: own.href });
  return {
    ...database,
    close: async () => {
      await database.close();
      await administer(url, `drop database if exists ${name} with (force)`);
    },
  };
}

async function administer(url: URL, statement: string): Promise<void> {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/**
 * Making an empty data directory takes seconds, loading one a fraction. So the first test keeps it
 * within the package that made it, and an update of the package removes it.
 */
export async function emptyDataDir(): Promise<Blob> {
  const folder = new URL('../.cache/', import.meta.resolve('@electric-sql/pglite'));
  const file = new URL('empty.tar.zst', folder);
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined) return new Blob([zstdDecompressSync(kept)]);

  const pglite = await PGlite.create();
  const made = await pglite.dumpDataDir('none').finally(() => pglite.close());
  // Where packages are read-only the next test is as slow as this one, and that is all.
  await keep(made, folder, file).catch(() => {});
  return made;
}

// Renamed into place, so that a test that starts meanwhile never reads half of it.
async function keep(made: Blob, folder: URL, file: URL): Promise<void> {
  await mkdir(folder, { recursive: true });
  const partial = new URL(`${process.pid}.partial`, folder);
  await writeFile(partial, zstdCompressSync(await made.bytes()));
  await rename(partial, file);
}
