import { sql } from 'kysely';
import type { Applied, Database, SystemTx } from './database.ts';
import type { Migration } from './migrate/files.ts';
import { MIGRATION_TIMEOUT_MS } from './database/limits.ts';
import { alreadyApplied } from './migrate/applied.ts';
import { readMigrations } from './migrate/files.ts';
import { pending } from './migrate/plan.ts';

// Any number will do, as long as every replica of this service uses the same one.
const MIGRATION_LOCK = 7_316_029_458_213n;

/** Brings the database up to the files; returns what was applied now. */
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

// One transaction each, and the lock is taken again for each: replicas that start together take
// turns, and one that dies leaves nothing half done and nothing locked.
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
