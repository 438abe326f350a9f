import { resolve } from 'node:path';
import { userInfo } from 'node:os';
import { recordAudit } from '@app/platform/audit';
import type { Database } from '@app/platform/database';
import { openDatabase } from '@app/platform/database/open';
import { readArchive, writeArchive } from '@app/platform/database/archive';
import { restoreFolder } from '@app/platform/database/restore';
import { pendingMigrations } from '@app/platform/migrate/current';
import { nodeVersionProblem } from '@app/platform/node-version';
import { migrationOrder } from '../../../migrations/order.ts';
import { readDatabaseTarget } from '../config.ts';
import { guardCommand } from '../egress.ts';
import { MIGRATIONS } from '../folders.ts';
import { askForBackup } from '../local/operator-client.ts';
import { recordBackup } from './backup.ts';

const USAGE = `npm run database -- backup <file>
npm run database -- restore <file>`;

async function main(argv: readonly string[]): Promise<string> {
  const problem = nodeVersionProblem();
  if (problem) throw new Error(problem);
  guardCommand(); // before anything could call out: HOOK-4
  const [verb, given, ...rest] = argv;
  if (given === undefined || rest.length > 0) throw new Error(USAGE);
  const folder = embeddedFolder();
  const file = resolve(given);
  if (verb === 'backup') return backUp(folder, file);
  if (verb === 'restore') return restore(folder, file);
  throw new Error(USAGE);
}

function embeddedFolder(): string {
  const target = readDatabaseTarget();
  if (!target.ok) throw new Error(target.error.join('\n'));
  if (target.value.kind === 'folder') return target.value.path;
  throw new Error("DATABASE_URL names a server, and a server's backups are the server's matter.");
}

async function backUp(path: string, file: string): Promise<string> {
  const archive = (await askForBackup(actor())) ?? (await dumpFolder(path));
  return `Backed up to ${file}, sha256 ${await writeArchive(file, archive)}`;
}

async function dumpFolder(path: string): Promise<Blob> {
  const database = await openDatabase({ kind: 'folder', path });
  try {
    await database.migrate(MIGRATIONS, migrationOrder);
    return await recordBackup(database, actor());
  } finally {
    await database.close();
  }
}

// What the backup lacks is applied by the next start; what this checkout lacks, or has edited since, is refused.
async function restore(path: string, file: string): Promise<string> {
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
      actor: actor(),
      tenant: '',
      resource: 'database:embedded',
      detail: { sha256 },
    }),
  );
}

function actor(): string {
  return `operator:${userInfo().username}`;
}

try {
  process.stdout.write(`${await main(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'The command failed.'}\n`);
  process.exitCode = 1;
}
