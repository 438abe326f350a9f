import { openDatabase } from '@app/platform/database/open';
import { schemaText } from '@app/platform/database/schema';
import { migrationOrder } from '../../migrations/order.ts';
import { ROOT } from './root.ts';

// Read back from a database that ran every migration: a review of a migration sees its effect.
export async function derive(): Promise<string> {
  const database = await openDatabase({ kind: 'memory' });
  try {
    await database.migrate(new URL('migrations/', ROOT), migrationOrder);
    return await database.ownerTransaction('describe the schema', schemaText);
  } finally {
    await database.close();
  }
}
