import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { claimsOn, isLive } from '@app/platform/database/claim';
import type { Examine } from './finding.ts';

/** Whether the embedded database is where the migrations lead. One that a process owns is left alone. */
export const embeddedMigrations: Examine = async (root) => {
  const folder = join(root, '.data/api');
  if (!existsSync(join(folder, 'postgres'))) return [];
  for (const { claim } of await claimsOn(folder)) if (await isLive(claim)) return [];
  const { openDatabase } = await import('@app/platform/database/open');
  const { pendingMigrations } = await import('@app/platform/database/startup-checks');
  const { migrationOrder } = await import(pathToFileURL(join(root, 'migrations/order.ts')).href);
  const database = await openDatabase({ kind: 'folder', path: folder });
  try {
    const todo = await pendingMigrations(database, join(root, 'migrations'), migrationOrder);
    const says = `The embedded database lacks ${todo.length} migrations; the next start applies them.`;
    return todo.length === 0 ? [] : [{ says, mend: 'npm run migrate' }];
  } catch (error) {
    const says = error instanceof Error ? error.message : 'The embedded database cannot be read.';
    return [{ says, mend: 'git checkout -- migrations' }];
  } finally {
    await database.close();
  }
};
