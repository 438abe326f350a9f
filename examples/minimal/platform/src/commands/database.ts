import { resolve } from 'node:path';
import { recordAudit } from '../audit/record.ts';
import { readArchive, restoreFolder, writeArchive } from '../database/backup.ts';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import { pendingMigrations } from '../database/startup-checks.ts';
import { askForBackup, operatorAddress } from '../development/operator-client.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { MIGRATIONS } from '../service/folders.ts';
import type { Service } from '../service/service.ts';
import { recordBackup } from './operator-command.ts';
import { thisOperator } from './operation.ts';

const USAGE = `npm run database -- backup <file>
npm run database -- restore <file>`;

export async function runCommand(
  service: Service,
  [verb, given, ...rest]: readonly string[],
): Promise<Result<string, string>> {
  const config = service.readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  if (given === undefined || rest.length > 0) return err(USAGE);
  const { database } = config.value;
  if (database.kind !== 'folder')
    return err("DATABASE_URL names a server: use the server's own backups.");
  const file = resolve(given);
  if (verb === 'backup') return ok(await backUp(service, database.path, file));
  if (verb === 'restore') return ok(await restore(service, database.path, file));
  return err(USAGE);
}

async function backUp(service: Service, path: string, file: string): Promise<string> {
  const archive =
    (await askForBackup(thisOperator(), operatorAddress(path))) ??
    (await dumpFolder(service, path));
  return `Backed up to ${file}, sha256 ${await writeArchive(file, archive)}`;
}

async function dumpFolder({ migrationOrder }: Service, path: string): Promise<Blob> {
  const database = await openDatabase({ kind: 'folder', path });
  try {
    await database.migrate(MIGRATIONS, migrationOrder);
    return await recordBackup(database, thisOperator());
  } finally {
    await database.close();
  }
}

// The next start applies the migrations that the backup lacks. A backup with an unknown or edited migration is refused.
async function restore({ migrationOrder }: Service, path: string, file: string): Promise<string> {
  const { archive, sha256 } = await readArchive(file);
  let lacking = 0;
  await restoreFolder(path, archive, async (restored) => {
    lacking = (await pendingMigrations(restored, MIGRATIONS, migrationOrder)).length;
    await recordRestore(restored, sha256);
  });
  const note = lacking === 0 ? '' : `; the next start applies ${lacking} later migrations to it`;
  return `Restored ${file}${note}`;
}

function recordRestore(restored: Database, sha256: string): Promise<void> {
  return restored.operatorTransaction('note the restore', (tx) =>
    recordAudit(tx, {
      action: 'database.restore',
      outcome: 'success',
      actor: thisOperator(),
      tenant: '',
      resource: 'database:embedded',
      detail: { sha256 },
    }),
  );
}
