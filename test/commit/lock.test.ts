import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LOCK_FILE, withProjectLock } from '../../src/commit/lock.ts';
import { emptyFolder } from '../support/folder.ts';

/** Above the highest process number Linux gives out. */
const NOBODY = 4_194_305;

test('keeps a second run out while the first is at work, and lets it in afterwards', async () => {
  const root = emptyFolder();
  await withProjectLock(root, async () => {
    await expect(withProjectLock(root, async () => 'in')).rejects.toMatchObject({
      code: 'E_LOCKED',
      exit: 4,
    });
  });
  await expect(withProjectLock(root, async () => 'in')).resolves.toBe('in');
  expect(existsSync(join(root, LOCK_FILE))).toBe(false);
});

test('is let go when the work fails', async () => {
  const root = emptyFolder();
  await expect(withProjectLock(root, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(join(root, LOCK_FILE))).toBe(false);
});

test('of a process that is gone is taken over', async () => {
  const root = emptyFolder();
  writeFileSync(join(root, LOCK_FILE), `${NOBODY} ${hostname()}\n`);
  await expect(withProjectLock(root, async () => 'in')).resolves.toBe('in');
});

test('of another host is never taken over: its processes cannot be seen from here', async () => {
  const root = emptyFolder();
  writeFileSync(join(root, LOCK_FILE), `${NOBODY} another-host\n`);
  await expect(withProjectLock(root, async () => 'in')).rejects.toMatchObject({ code: 'E_LOCKED' });
});

test('that is empty is respected while fresh, and taken over when it was left behind', async () => {
  const root = emptyFolder();
  const path = join(root, LOCK_FILE);
  writeFileSync(path, '');
  await expect(withProjectLock(root, async () => 'in')).rejects.toMatchObject({ code: 'E_LOCKED' });
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  await expect(withProjectLock(root, async () => 'in')).resolves.toBe('in');
});
