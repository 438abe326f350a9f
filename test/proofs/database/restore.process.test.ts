import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { restoreFolder } from '@app/platform/database/backup';
import type { Database } from '@app/platform/database/database';
import { openFolder } from '@app/platform/database/embedded';
import { databaseOn, openDatabase } from '@app/platform/database/open';
import { emptyDataDir } from '../../platform/test/support/database.ts';

const BACKUP = new URL('../../platform/src/database/backup.ts', import.meta.url).href;

const parent = await mkdtemp(join(tmpdir(), 'restore-'));
after(() => rm(parent, { recursive: true }));
const original = join(parent, 'original');
const archiveFile = join(parent, 'archive');
const archive = await backedUp();

// A folder that says "now", and an archive of it from when it said "then".
async function backedUp(): Promise<Blob> {
  const options = { loadDataDir: await emptyDataDir() };
  const database = databaseOn('folder', await openFolder(original, options));
  await run(database, `create table kept as select 'then' as value`);
  const dump = (await database.dump?.()) ?? assert.fail('It has no dump.');
  await run(database, `update kept set value = 'now'`);
  await database.close();
  await writeFile(archiveFile, await dump.bytes());
  return dump;
}

function run(database: Database, statement: string): Promise<unknown> {
  return database.ownerTransaction('test', (tx) => sql.raw(statement).execute(tx.sql));
}

async function said(database: Database): Promise<unknown> {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql<{ value: string }>`select value from kept`.execute(tx.sql),
  );
  return rows[0]?.value;
}

async function whatIsIn(path: string): Promise<unknown> {
  const database = await openDatabase({ kind: 'folder', path });
  return said(database).finally(() => database.close());
}

const refuse = () => Promise.reject(new Error('of another checkout'));

async function copy(name: string): Promise<string> {
  const path = join(parent, name);
  await cp(original, path, { recursive: true });
  return path;
}

test('a restored folder holds what the archive held, and nothing is left beside it', async () => {
  const path = await copy('restored');
  await restoreFolder(path, archive, async (restored) => {
    assert.equal(await said(restored), 'then');
  });
  assert.deepEqual(await readdir(path), ['postgres']);
  assert.equal(await whatIsIn(path), 'then');
});

test('what the check refuses, or nobody can read, changes nothing', async () => {
  const path = await copy('refused');
  await assert.rejects(restoreFolder(path, archive, refuse), /of another checkout/);
  await assert.rejects(restoreFolder(path, new Blob(['no archive']), refuse));
  assert.deepEqual(await readdir(path), ['postgres']);
  assert.equal(await whatIsIn(path), 'now');
});

test('while a process owns the folder, nothing is restored into it', async () => {
  const path = await copy('owned');
  const owner = await openDatabase({ kind: 'folder', path });
  await assert.rejects(
    restoreFolder(path, archive, async () => {}),
    /in use by process/,
  );
  assert.equal(await said(owner), 'now');
  await owner.close();
});

for (const [step, expected] of [
  ['1', 'now'],
  ['2', 'now'],
  ['3', 'then'],
] as const) {
  test(`killed before step ${step} of the exchange, it is whole: ${expected}`, async () => {
    const path = await copy(`killed-${step}`);
    const program = ['--input-type=module', '--eval', killedAt(step, path)];
    const child = spawn(process.execPath, [...process.execArgv, ...program]);
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
    assert.equal(await whatIsIn(path), expected);
    assert.deepEqual(await readdir(path), ['postgres']);
  });
}

// The steps: the old folder goes aside, the new one takes its place, the old one is removed.
function killedAt(step: string, path: string): string {
  return `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const { rename, rm, readFile } = fs;
    let done = 0;
    const dying = (act) => (...given) => {
      if (/postgres(\\.\\w+)?$/.test(given[0]) && ++done === Number(${step}) + CLEARED) process.kill(process.pid, 'SIGKILL');
      return act(...given);
    };
    // Two calls first remove what an earlier restore may have left.
    const CLEARED = 2;
    fs.rename = dying(rename);
    fs.rm = dying(rm);
    syncBuiltinESMExports();
    const { restoreFolder } = await import(${JSON.stringify(BACKUP)});
    const archive = new Blob([await readFile(${JSON.stringify(archiveFile)})], { type: 'application/gzip' });
    await restoreFolder(${JSON.stringify(path)}, archive, async () => {});`;
}
