import { recordAudit } from '@app/platform/audit';
import type { Database } from '@app/platform/database';

// A backup is a copy of every table: who took one is on record, in the copy as well. (OBS-1)
export async function recordBackup(database: Database, actor: string): Promise<Blob> {
  if (!database.dump) throw new Error("A server's backups are the server's matter.");
  await database.operatorTransaction('note the backup', (tx) =>
    recordAudit(tx, {
      action: 'database.backup',
      outcome: 'success',
      actor,
      tenant: '',
      resource: 'database:embedded',
    }),
  );
  return database.dump();
}
