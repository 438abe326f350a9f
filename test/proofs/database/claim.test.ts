import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { claimFolder } from '@app/platform/database/claim';

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

test('one process opening the folder twice is refused as well', async (t) => {
  const folder = await emptyFolder(t);
  const claim = await claimFolder(folder);
  await assert.rejects(claimFolder(folder), new RegExp(`process ${process.pid}:`));
  await claim.release();
});

test('a refused opener leaves the owner its claim, and none of its own', async (t) => {
  const folder = await emptyFolder(t);
  const claim = await claimFolder(folder);
  const before = await readdir(folder);
  await assert.rejects(claimFolder(folder));
  assert.deepEqual(await readdir(folder), before);
  await claim.release();
  assert.deepEqual(await readdir(folder), []);
});

test('a released folder can be claimed again', async (t) => {
  const folder = await emptyFolder(t);
  await (await claimFolder(folder)).release();
  await (await claimFolder(folder)).release();
});

test('where start times are unknown, a used pid keeps the folder', async (t) => {
  const folder = await emptyFolder(t);
  const claim = `owner.${HOST}.${await sleepingProcess(t)}.0.0123456789abcdef`;
  await writeFile(join(folder, claim), '');
  await assert.rejects(claimFolder(folder), /in use by process/);
});
