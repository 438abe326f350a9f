import type { Database, DatabaseTarget, ServerTarget, SignIn } from '@app/platform/database';
import { openDatabase } from '@app/platform/database/open';
import type { Environment } from './config.ts';
import { databaseSignIns } from './database-sign-ins.ts';

/** Undefined where the environment does not ask for it: then it is the password of a file, or none. */
export type DatabaseSignIn = (environment: Environment, server: ServerTarget) => SignIn | undefined;

export interface DatabasePlace {
  readonly database: DatabaseTarget;
  readonly environment: Environment;
}

export async function openServiceDatabase(place: DatabasePlace): Promise<Database> {
  const { database, environment } = place;
  if (database.kind !== 'server') return openDatabase(database);
  const signIn = databaseSignIns.map((known) => known(environment, database)).find(Boolean);
  return openDatabase({ ...database, ...(signIn && { signIn }) });
}
