import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { appendFile, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFolder } from '@app/platform/database/embedded';
import { databaseOn } from '@app/platform/database/open';
import { emptyDataDir } from '../../platform/test/support/database.ts';
import { migrationOrder } from '../../migrations/order.ts';
import { checkMigrations } from '../../scripts/doctor.ts';
import { checkout, root } from './doctor-checkout.ts';

test('migrations that are edited or lacking show, unless a process owns the database', async (t) => {
  const copy = await checkout(t);
  const folder = join(copy, '.data/api');
  const open = async (options = {}) => databaseOn('folder', await openFolder(folder, options));
  const database = await open({ loadDataDir: await emptyDataDir() });
  const migrations = join(copy, 'migrations');
  await database.migrate(migrations, migrationOrder);
  await appendFile(join(migrations, 'platform/0001_roles.sql'), '-- edited\n');
  assert.deepEqual(await checkMigrations(copy), []);
  await database.close();
  const [edited] = await checkMigrations(copy);
  assert.match(edited?.says ?? '', /0001_roles\.sql was edited/);

  await cp(join(root, 'migrations'), migrations, { recursive: true });
  assert.deepEqual(await checkMigrations(copy), []);
  const next = readdirSync(join(migrations, 'platform')).length + 1;
  await writeFile(
    join(migrations, `platform/${String(next).padStart(4, '0')}_more.sql`),
    'select 1;',
  );
  const [lacking] = await checkMigrations(copy);
  assert.match(lacking?.says ?? '', /lacks 1 migration/);
});
