import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { hashFileOf, readArchive, restoreFolder, writeArchive } from '../src/database/backup.ts';
import { claimFolder, startOf } from '../src/database/claim.ts';
import type { Database } from '../src/database/database.ts';
import { openFolder } from '../src/database/embedded.ts';
import { databaseOn, openDatabase } from '../src/database/open.ts';
import { emptyDataDir } from './support/database.ts';
import { folderWith } from './support/folder.ts';

const BACKUP = new URL('../src/database/backup.ts', import.meta.url).href;

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

const HOST = encodeURIComponent(hostname()).replaceAll('.', '%2E');

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claim-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function sleepingProcess(t: TestContext): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child.pid ?? 0;
}

function leaveClaim(folder: string, pid: number, start: number, host = HOST): Promise<void> {
  return writeFile(join(folder, `owner.${host}.${pid}.${start}.0123456789abcdef`), '');
}

test('a second opener is refused with one sentence that names the owner', async (t) => {
  const folder = await emptyFolder(t);
  const pid = await sleepingProcess(t);
  await leaveClaim(folder, pid, await startOf(pid));
  await assert.rejects(
    claimFolder(folder),
    new RegExp(`in use by process ${pid}: a second opener`),
  );
});

test('the claim of a process that died is taken over', async (t) => {
  const folder = await emptyFolder(t);
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await leaveClaim(folder, child.pid ?? 0, 1);
  const claim = await claimFolder(folder);
  assert.equal((await readdir(folder)).length, 1);
  await claim.release();
});

test('a pid that was given to another process since does not keep the folder', async (t) => {
  if (process.platform !== 'linux') return t.skip('start times are read from /proc');
  const folder = await emptyFolder(t);
  const pid = await sleepingProcess(t);
  await leaveClaim(folder, pid, (await startOf(pid)) - 1);
  await (await claimFolder(folder)).release();
});

test('a claim from another host is never swept: its process cannot be seen', async (t) => {
  const folder = await emptyFolder(t);
  await leaveClaim(folder, 999_999_999, 1, 'build%2E7');
  await assert.rejects(claimFolder(folder), /process 999999999 on build\.7: .+ delete /);
});

test('of many that open at once, at most one owns the folder', async (t) => {
  const folder = await emptyFolder(t);
  const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimFolder(folder)));
  const won = claims.filter((claim) => claim.status === 'fulfilled');
  assert.ok(won.length <= 1);
  assert.equal((await readdir(folder)).length, won.length);
});

const table = new Blob(['every table']);

test('an archive is its owner’s alone, beside its hash, and nothing else is left', async (t) => {
  const folder = await folderWith(t, {});
  const file = join(folder, 'a.backup');
  const sha256 = await writeArchive(file, table);
  assert.deepEqual((await readdir(folder)).toSorted(), ['a.backup', 'a.backup.sha256']);
  for (const path of [file, hashFileOf(file)]) assert.equal((await stat(path)).mode & 0o777, 0o600);
  const read = await readArchive(file);
  assert.equal(read.sha256, sha256);
  assert.equal(await read.archive.text(), 'every table');
});

test('an archive that changed, or whose hash is gone, is not read', async (t) => {
  const folder = await folderWith(t, { 'bare.backup': 'x' });
  const file = join(folder, 'a.backup');
  await writeArchive(file, table);
  await writeFile(file, 'every tab1e');
  await assert.rejects(readArchive(file), /its hash is another one/);
  const bare = join(folder, 'bare.backup');
  await assert.rejects(readArchive(bare), new RegExp(`${basename(bare)}.sha256 is missing`));
});
