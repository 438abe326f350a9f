import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { emptyDataDir } from '../../platform/test/support/database.ts';
import { openFolder } from '@app/platform/database/embedded';
import { databaseOn, openDatabase } from '@app/platform/database/open';

const parent = await mkdtemp(join(tmpdir(), 'embedded-'));
after(() => rm(parent, { recursive: true }));
const path = join(parent, 'api');

const first = databaseOn('folder', await openFolder(path, { loadDataDir: await emptyDataDir() }));

test('the folder is nobody else’s to read', async () => {
  assert.equal((await stat(path)).mode & 0o077, 0);
});

test('a second opener is refused while the first one runs, and the first is unharmed', async () => {
  await assert.rejects(openDatabase({ kind: 'folder', path }), /in use by process/);
  await first.ownerTransaction('test', (tx) => sql`select 1`.execute(tx.sql));
});

test('what was committed is there after closing and opening again', async () => {
  await first.ownerTransaction('test', (tx) =>
    sql`create table kept as select 'here' as value`.execute(tx.sql),
  );
  await first.close();
  const second = await openDatabase({ kind: 'folder', path });
  const { rows } = await second.ownerTransaction('test', (tx) =>
    sql`select value from kept`.execute(tx.sql),
  );
  await second.close();
  assert.deepEqual(rows, [{ value: 'here' }]);
});

test('closing gives the folder up', async () => {
  assert.deepEqual(await readdir(path), ['postgres']);
});

test('a folder that cannot be opened is given up as well', async () => {
  const broken = join(parent, 'broken');
  await assert.rejects(openFolder(broken, { loadDataDir: new Blob(['no archive']) }));
  assert.deepEqual(
    (await readdir(broken)).filter((name) => name.startsWith('owner')),
    [],
  );
});
