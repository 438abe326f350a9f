import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Applied, Database, SystemTx } from './database.ts';
import { MIGRATION_TIMEOUT_MS } from './sessions.ts';

export interface Migration {
  readonly module: string;
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
}

const NAME = /^(?<number>\d{4})_[a-z0-9_]+\.sql$/;

// Each file runs in a transaction of the runner. A file that ends it would commit half of itself.
const TRANSACTION_CONTROL = /^[ \t]*(begin|start\s{1,20}transaction|commit|rollback)\s{0,20};/im;

/** The migrations of every module, in the order in which they apply. */
export async function readMigrations(
  folder: URL | string,
  order: readonly string[],
): Promise<readonly Migration[]> {
  const root = folder instanceof URL ? fileURLToPath(folder) : folder;
  const modules = await foldersIn(root);
  const repeated = order.find((module, index) => order.indexOf(module) !== index);
  if (repeated !== undefined) throw new Error(`The migration order names ${repeated} twice.`);

  const unlisted = modules.find((module) => !order.includes(module));
  if (unlisted !== undefined) {
    throw new Error(
      `${join(root, unlisted)} is in no migration order: add it or remove the folder.`,
    );
  }
  const listed = order.filter((module) => modules.includes(module));
  return (await Promise.all(listed.map((module) => readModule(root, module)))).flat();
}

async function foldersIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function readModule(root: string, module: string): Promise<readonly Migration[]> {
  const names = (await readdir(join(root, module))).toSorted();
  const migrations = await Promise.all(names.map((name) => readMigration(root, module, name)));
  migrations.forEach(({ number, name }, index) => {
    if (number === index + 1) return;
    const problem = number <= index ? 'uses a number twice' : 'leaves a gap before it';
    throw new Error(
      `${module}/${name} ${problem}: number it ${String(index + 1).padStart(4, '0')}, ` +
        'or restore the file that is missing.',
    );
  });
  return migrations;
}

async function readMigration(root: string, module: string, name: string): Promise<Migration> {
  const number = Number(NAME.exec(name)?.groups?.['number'] ?? Number.NaN);
  if (Number.isNaN(number)) {
    throw new Error(`${module}/${name} is no migration: rename it like 0001_what_it_adds.sql.`);
  }
  // Git may check files out with other line ends, which is not an edit.
  const text = (await readFile(join(root, module, name), 'utf8')).replaceAll('\r\n', '\n');
  if (TRANSACTION_CONTROL.test(text)) {
    throw new Error(`${module}/${name} begins or ends a transaction: it already runs in one.`);
  }
  return { module, number, name, sha256: sha256(text), text };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

type Identity = Omit<Migration, 'text'>;

/**
 * The migrations that are still to apply. Applied files may not be edited or missing, and no file may come before them.
 * Rows of removed modules are ignored, because their data stays.
 */
export function pending(
  migrations: readonly Migration[],
  applied: readonly Identity[],
  order: readonly string[],
): readonly Migration[] {
  for (const row of applied) {
    if (order.includes(row.module)) requireUnchanged(row, migrations);
  }
  const todo = migrations.filter((file) => !applied.some((row) => isSame(file, row)));
  for (const file of todo) requireLast(file, applied);
  return todo;
}

function requireUnchanged(row: Identity, migrations: readonly Migration[]): void {
  const file = migrations.find((candidate) => isSame(candidate, row));
  if (file === undefined) {
    throw new Error(
      `${row.module}/${row.name} was applied here but is gone: restore it from version control.`,
    );
  }
  if (file.sha256 !== row.sha256) {
    throw new Error(
      `${file.module}/${file.name} was edited after it was applied: restore it, ` +
        'and put the change into a new migration.',
    );
  }
}

function requireLast(file: Migration, applied: readonly Identity[]): void {
  const later = applied.find((row) => row.module === file.module && row.number > file.number);
  if (later === undefined) return;
  throw new Error(
    `${file.module}/${file.name} would apply after ${later.name}, which already ran: ` +
      'give it the next free number.',
  );
}

function isSame(file: Identity, row: Identity): boolean {
  return file.module === row.module && file.number === row.number;
}

export async function alreadyApplied(tx: SystemTx): Promise<readonly Applied[]> {
  const { rows } = await sql<Applied>`
    select module, number, name, sha256 from schema_migration order by module, number
  `.execute(tx.sql);
  return rows;
}

// An arbitrary number, the same in every replica of this service.
const MIGRATION_LOCK = 7_316_029_458_213n;

/** Applies the pending migrations, and returns them. */
export async function applyMigrations(
  database: Database,
  folder: URL | string,
  order: readonly string[],
): Promise<readonly Applied[]> {
  const migrations = await readMigrations(folder, order);
  const applied: Applied[] = [];
  for (;;) {
    const next = await database.ownerTransaction('migration', (tx) =>
      applyNext(tx, migrations, order),
    );
    if (next === undefined) return applied;
    applied.push(next);
  }
}

// One transaction and one lock per migration: replicas that start together take turns, and one that dies leaves nothing
// half applied and nothing locked.
async function applyNext(
  tx: SystemTx,
  migrations: readonly Migration[],
  order: readonly string[],
): Promise<Applied | undefined> {
  await takeTurn(tx);
  const [next] = pending(migrations, await alreadyApplied(tx), order);
  if (next === undefined) return undefined;

  const { text, ...applied } = next;
  await sql
    .raw(text)
    .execute(tx.sql)
    .catch((cause: unknown) => {
      throw new Error(`${next.module}/${next.name} failed and was rolled back.`, { cause });
    });
  await sql`
    insert into schema_migration (module, number, name, sha256)
    values (${applied.module}, ${applied.number}, ${applied.name}, ${applied.sha256})
  `.execute(tx.sql);
  return applied;
}

async function takeTurn(tx: SystemTx): Promise<void> {
  await sql`
    select set_config('statement_timeout', ${String(MIGRATION_TIMEOUT_MS)}, true),
           set_config('lock_timeout', ${String(MIGRATION_TIMEOUT_MS)}, true)
  `.execute(tx.sql);
  await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx.sql);
  await sql`
    create table if not exists schema_migration (
      module text not null,
      number integer not null check (number > 0),
      name text not null,
      sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
      applied_at timestamptz not null default now(),
      primary key (module, number)
    )
  `.execute(tx.sql);
}
