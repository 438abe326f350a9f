import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import { requireCurrentSchema, requireOnlyGrantedRights } from '../database/startup-checks.ts';
import { limits } from '../http/limits.ts';
import { events } from '../logging/events.ts';
import type { CommandConfig, Config } from './config.ts';
import { MIGRATIONS } from './folders.ts';
import type { Service } from './service.ts';
import type { Cloud } from './stores.ts';

// The start and the end of every process of a service.

export function refuseToBoot(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(1);
}

/** Opens the database of the service: embedded, or on a server with the sign-in of the cloud or a password file. */
export async function openServiceDatabase(
  { cloud }: { readonly cloud: Cloud | undefined },
  { database, environment }: CommandConfig,
): Promise<Database> {
  if (database.kind !== 'server') return openDatabase(database);
  const signIn = await cloud?.signInToDatabase(environment, database);
  return openDatabase({ ...database, ...(signIn && { signIn }) });
}

/**
 * On a developer's machine the service owns the schema and applies migrations. In production it has no right to change
 * the schema, and refuses to start if it is not current. (AUTHZ-5)
 */
export async function prepare(
  { migrationOrder }: Pick<Service, 'migrationOrder'>,
  { profile }: Config,
  database: Database,
): Promise<void> {
  if (profile === 'local') {
    await database.migrate(MIGRATIONS, migrationOrder);
    return;
  }
  await requireCurrentSchema(database, MIGRATIONS, migrationOrder);
  await database.ownerTransaction('look at the login', (tx) => requireOnlyGrantedRights(tx));
}

// Node would print the whole uncaught error, with the row or the request that it quotes. (HOOK-6)
export function endOnCrash(log: FastifyBaseLogger): void {
  process.on('uncaughtException', (error) => {
    log.event(events.crashed, { err: error });
    process.exit(1);
  });
}

// Stops accepting, finishes requests in flight, closes the database. A second signal or a timeout ends the process at
// once.
export function closeOnSignal(log: FastifyBaseLogger, close: () => Promise<void>): void {
  let closing = false;
  const stop = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (closing) process.exit(1);
    closing = true;
    log.event(events.closing, { signal });
    setTimeout(() => process.exit(1), limits.shutdownMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.event(events.closingFailed, { err: error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
