import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../../platform/test/support/folder.ts';
import { readArchive, writeArchive } from '@app/platform/database/backup';

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
