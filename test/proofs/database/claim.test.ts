import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { claimFolder, startOf } from '@app/platform/database/claim';

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
  await leaveClaim(folder, await sleepingProcess(t), 0);
  await assert.rejects(claimFolder(folder), /in use by process/);
});

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
