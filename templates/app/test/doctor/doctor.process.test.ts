import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { appendFile, cp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFolder } from '@app/platform/database/embedded';
import { databaseOn } from '@app/platform/database/open';
import { emptyDataDir } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { migrationOrder } from '../../migrations/order.ts';
import { embeddedMigrations } from '../../scripts/doctor/migrations.ts';
import { takenPort } from '../../scripts/doctor/port.ts';
import { checkout, root } from './checkout.ts';

test('a port that somebody else listens on is found', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const [found] = await takenPort('127.0.0.1', port);
  assert.match(found?.says ?? '', /is taken/);
  assert.deepEqual(await takenPort('127.0.0.1', 0), []);
});

test('migrations that are edited or lacking show, unless a process owns the database', async (t) => {
  const copy = await checkout(t);
  const folder = join(copy, '.data/api');
  const open = async (options = {}) => databaseOn('folder', await openFolder(folder, options));
  const database = await open({ loadDataDir: await emptyDataDir() });
  const migrations = join(copy, 'migrations');
  await database.migrate(migrations, migrationOrder);
  await appendFile(join(migrations, 'platform/0001_roles.sql'), '-- edited\n');
  assert.deepEqual(await embeddedMigrations(copy), []);
  await database.close();
  const [edited] = await embeddedMigrations(copy);
  assert.match(edited?.says ?? '', /0001_roles\.sql was edited/);

  await cp(join(root, 'migrations'), migrations, { recursive: true });
  assert.deepEqual(await embeddedMigrations(copy), []);
  const next = readdirSync(join(migrations, 'platform')).length + 1;
  await writeFile(
    join(migrations, `platform/${String(next).padStart(4, '0')}_more.sql`),
    'select 1;',
  );
  const [lacking] = await embeddedMigrations(copy);
  assert.match(lacking?.says ?? '', /lacks 1 migration/);
});

test('the command ends with 1 and names what mends it, here without its packages', async (t) => {
  const copy = await folderWith(t, { '.npmrc': '', 'package.json': '{}' });
  for (const name of ['scripts', 'platform/src', 'services/api']) {
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  const doctor = join(copy, 'scripts/doctor.mjs');
  const { status, stdout } = spawnSync(process.execPath, [doctor], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /The dependencies are not installed\.\n  mend: npm ci\n/);
});
