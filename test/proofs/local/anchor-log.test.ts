import assert from 'node:assert/strict';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { anchorLogContract } from '../contracts/anchor-log.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { localAnchorLog } from '@app/platform/local/stores';

async function path(): Promise<string> {
  return join(await folderWith({ after }, {}), 'data', 'anchors.jsonl');
}

anchorLogContract('local', async () => localAnchorLog(await path()));

test('a line that a crash cut in half was never there (OBS-1)', async () => {
  const file = await path();
  const log = localAnchorLog(file);
  await log.append('whole');
  await appendFile(file, '{"half":');
  assert.deepEqual(await log.lines(), ['whole']);
  assert.equal(await log.last(), 'whole');
  await log.append('next');
  assert.equal(await readFile(file, 'utf8'), 'whole\nnext\n');
});

test('only its owner reads the file (HOOK-6)', { skip: process.platform === 'win32' }, async () => {
  const file = await path();
  await localAnchorLog(file).append('line');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});
