import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import type { Cloud } from './stores.ts';
import type { CommandConfig } from './config.ts';

/** The database of a service, signed in to as the cloud does it, with the password of a file, or embedded. */
export async function openServiceDatabase(
  { cloud }: { readonly cloud: Cloud | undefined },
  { database, environment }: CommandConfig,
): Promise<Database> {
  if (database.kind !== 'server') return openDatabase(database);
  const signIn = await cloud?.signInToDatabase(environment, database);
  return openDatabase({ ...database, ...(signIn && { signIn }) });
}
