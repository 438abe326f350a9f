import assert from 'node:assert/strict';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join, basename } from 'node:path';
import { test } from 'node:test';
import { readArchive, writeArchive, hashFileOf } from '@app/platform/database/backup';
import { folderWith } from '../../platform/test/support/folder.ts';

const archive = new Blob(['every table']);

test('a backup is never overwritten', async (t) => {
  const folder = await folderWith(t, { 'a.backup': 'another day' });
  await assert.rejects(writeArchive(join(folder, 'a.backup'), archive), /never overwritten/);
  assert.deepEqual(await readdir(folder), ['a.backup']);
});

test('of two that are written at once under one name, one is kept whole', async (t) => {
  const folder = await folderWith(t, {});
  const file = join(folder, 'a.backup');
  const both = await Promise.allSettled([writeArchive(file, archive), writeArchive(file, archive)]);
  assert.ok(both.some(({ status }) => status === 'fulfilled'));
  assert.equal(await (await readArchive(file)).archive.text(), 'every table');
  assert.equal((await readdir(folder)).length, 2);
});

test('an archive is its owner’s alone, beside its hash, and nothing else is left', async (t) => {
  const folder = await folderWith(t, {});
  const file = join(folder, 'a.backup');
  const sha256 = await writeArchive(file, archive);
  assert.deepEqual((await readdir(folder)).toSorted(), ['a.backup', 'a.backup.sha256']);
  for (const path of [file, hashFileOf(file)]) assert.equal((await stat(path)).mode & 0o777, 0o600);
  const read = await readArchive(file);
  assert.equal(read.sha256, sha256);
  assert.equal(await read.archive.text(), 'every table');
});

test('an archive that changed, or whose hash is gone, is not read', async (t) => {
  const folder = await folderWith(t, { 'bare.backup': 'x' });
  const file = join(folder, 'a.backup');
  await writeArchive(file, archive);
  await writeFile(file, 'every tab1e');
  await assert.rejects(readArchive(file), /its hash is another one/);
  const bare = join(folder, 'bare.backup');
  await assert.rejects(readArchive(bare), new RegExp(`${basename(bare)}.sha256 is missing`));
});
