import type { Database } from '../database.ts';
import { SERVICE_ROLE } from '../database/acting-as.ts';
import type { Migration } from './files.ts';
import { alreadyApplied } from './applied.ts';
import { readMigrations } from './files.ts';
import { pending } from './plan.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNDEFINED_TABLE = '42P01';
const NO_SUCH_ROLE = '22023';
const INSUFFICIENT_PRIVILEGE = '42501';

/** Refuses a database that is behind the files, or beside them. Changing it is not the service's right. */
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

/** What the database lacks; it throws where the files do not lead on from what was applied. */
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
