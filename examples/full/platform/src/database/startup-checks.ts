import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Database, SystemTx } from './database.ts';
import type { Migration } from './migrate.ts';
import { alreadyApplied, pending, readMigrations } from './migrate.ts';
import { SERVICE_ROLE } from './sessions.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNDEFINED_TABLE = '42P01';
const NO_SUCH_ROLE = '22023';
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Refuses a database that lacks migrations or differs from the files. The service has no right to change it. (AUTHZ-5)
 */
export async function requireCurrentSchema(
  database: Database,
  folder: URL | string,
  order: readonly string[],
): Promise<void> {
  const todo = await pendingMigrations(database, folder, order);
  if (todo.length === 0) return;
  const files = todo.length === 1 ? 'migration' : 'migrations';
  throw new Error(`The database lacks ${todo.length} ${files}: ${HOW_TO_MIGRATE}`);
}

/** The migrations that the database lacks. Throws if the applied ones are not the first of the files. */
export async function pendingMigrations(
  database: Database,
  folder: URL | string,
  order: readonly string[],
): Promise<readonly Migration[]> {
  const applied = await database
    .systemTransaction('look at the schema', alreadyApplied)
    .catch((error: unknown) => explain(error));
  return pending(await readMigrations(folder, order), applied, order);
}

const HOW_TO_MIGRATE = 'run `npm run migrate` with the login that owns the schema.';

function explain(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case UNDEFINED_TABLE:
    case NO_SUCH_ROLE:
      throw new Error(`The database was never migrated: ${HOW_TO_MIGRATE}`, { cause: error });
    case INSUFFICIENT_PRIVILEGE:
      throw new Error(
        `The database login may not act as ${SERVICE_ROLE}: grant it that role, and no other.`,
        { cause: error },
      );
    default:
      throw error;
  }
}

/**
 * Refuses a login with more rights than the service needs: an injected statement could change the schema, switch the
 * tenant wall off or create roles. (AUTHZ-4)
 */
export async function requireOnlyGrantedRights(
  tx: SystemTx,
  login: RawBuilder<string> = sql`session_user`,
): Promise<void> {
  const { rows } = await sql<{ above: boolean; owns: boolean }>`
    -- Itself, and everything it may become.
    with recursive reach (oid) as (
      select oid from pg_roles where rolname = ${login}
      union
      select roleid from pg_auth_members join reach on pg_auth_members.member = reach.oid
    )
    select bool_or(rolsuper or rolbypassrls or rolcreaterole or rolcreatedb) as above,
           bool_or(exists (
             select from pg_class
             where relowner = pg_roles.oid and relnamespace = current_schema()::regnamespace
           )) as owns
    from pg_roles join reach using (oid)
  `.execute(tx.sql);
  const [rights] = rows;
  if (rights?.above === false && !rights.owns) return;
  throw new Error(
    `The database login ${rights?.above ? 'is an administrator' : 'owns tables'}. Give the service ` +
      `a login of its own: create role api login; grant ${SERVICE_ROLE} to api;`,
  );
}
