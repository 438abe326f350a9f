import { existsSync, readdirSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { changesOf, runWithFault } from '../../support/fault.ts';
import { emptyFolder, snapshotOf } from '../../support/folder.ts';
import { noSmallDisk, type SmallDisk, smallDisk } from '../../support/small-disk.ts';

const CREATE = ['my-app', '--yes', '--no-install', '--no-git'];
const ADD = ['generate', 'health-check', 'search-index', '--no-install'];
const TAKE = ['remove', 'health-check', 'search-index', '--no-install'];

const KIB = 1024;
const ROOM = 'size=16m,nr_inodes=4000';

const unable = noSmallDisk();
if (unable) console.warn(`The proofs on small disks are skipped: ${unable}.`);

describe.skipIf(unable)('a full disk', () => {
  test.each([
    ['of data', [4, 40, 200, 400, 600, 700, 760, 800, 4000].map((kib) => `size=${kib}k`)],
    [
      'of files',
      [2, 3, 20, 90, 180, 300, 400, 800].map((inodes) => `size=16m,nr_inodes=${inodes}`),
    ],
  ])(
    '%s leaves nothing of a project, says so, and the next run with room succeeds',
    async (_what, sizes) => {
      let refused = 0;
      for (const size of sizes) {
        const disk = await smallDisk(size);
        const run = await disk.run(CREATE);
        if (run.code === 0) continue;
        refused += 1;
        expectFull(run);
        expect(readdirSync(disk.folder), size).toEqual([]);
        disk.remount(ROOM);
        expect((await disk.run(CREATE)).code).toBe(0);
      }
      expect(refused).toBeGreaterThan(3);
      expect(refused, 'the largest has room').toBeLessThan(sizes.length);
    },
  );

  test('leaves a project as it was while a module is added, and the next run with room succeeds', async () => {
    const disk = await smallDisk(ROOM);
    expect((await disk.run(CREATE)).code).toBe(0);
    const before = snapshotOf(join(disk.folder, 'my-app'));
    let refused = 0;
    for (const left of [0, 4, 8, 16, 32, 48, 64, 80, 100, 400]) {
      const filler = fillUpTo(disk, left * KIB);
      const run = await disk.run(ADD, 'my-app');
      if (run.code === 0) break;
      refused += 1;
      expectFull(run);
      expect(snapshotOf(join(disk.folder, 'my-app')), `${left} KiB left`).toEqual(before);
      rmSync(filler);
    }
    expect(refused).toBeGreaterThan(3);
    expect((await disk.run(ADD, 'my-app')).code).toBe(0);
    rmSync(join(disk.folder, 'filler'), { force: true });
    expect((await disk.run(TAKE, 'my-app')).code).toBe(0);
    expect(snapshotOf(join(disk.folder, 'my-app'))).toEqual(before);
  });
});

describe.skipIf(unable)('a read-only disk', () => {
  test('is named for create, generate and remove, and nothing changes', async () => {
    const disk = await smallDisk(ROOM);
    expect((await disk.run(CREATE)).code).toBe(0);
    expect((await disk.run(ADD, 'my-app')).code).toBe(0);
    const before = snapshotOf(disk.folder);
    disk.remount('ro');
    for (const [args, below] of [
      [['another', ...CREATE.slice(1)], ''],
      [['generate', 'health-check', 'other', '--no-install'], 'my-app'],
      [TAKE, 'my-app'],
    ] as const) {
      const run = await disk.run(args, below);
      expect([run.code, run.stderr]).toEqual([4, expect.stringContaining('The disk is read-only')]);
    }
    expect((await disk.run(['list'], 'my-app')).code).toBe(0);
    expect(snapshotOf(disk.folder)).toEqual(before);
  });

  test('that turned so in the middle of a change is mended by the next run', async () => {
    const disk = await smallDisk(ROOM);
    expect((await disk.run(CREATE)).code).toBe(0);
    const before = snapshotOf(join(disk.folder, 'my-app'));
    // Not while a file is open for writing: then the system refuses to turn the disk.
    const parent = emptyFolder();
    await runCli(CREATE, { cwd: parent });
    const changes = await changesOf(ADD, join(parent, 'my-app'));
    const renames = changes.flatMap((name, index) => (name === 'renameSync' ? [index + 1] : []));
    const at = renames[Math.floor(renames.length / 2)] ?? 0;
    const remount = ['mount', '-o', 'remount,ro', disk.inside];
    const run = await disk.run(ADD, 'my-app', { at, run: remount });
    expect([run.code, run.stderr]).toEqual([4, expect.stringMatching(/read-only|failed while/)]);
    disk.remount('rw');
    expect((await disk.run(['list'], 'my-app')).code).toBe(0);
    expect(snapshotOf(join(disk.folder, 'my-app'))).toEqual(before);
  });
});

test.skipIf(unable)('the folder for temporary files may be on another disk', async () => {
  const disk = await smallDisk(ROOM);
  expect(statSync(disk.folder).dev).not.toBe(statSync(tmpdir()).dev);
  const run = await disk.run(CREATE);
  expect(run.code, run.stderr).toBe(0);
});

test.each([
  ['create', CREATE, 60],
  ['generate', ADD, 30],
])(
  'a folder that vanishes while %s is at work is told, and nothing is left',
  async (name, args, at) => {
    const parent = emptyFolder();
    if (name === 'generate') await runCli(CREATE, { cwd: parent });
    const cwd = name === 'generate' ? join(parent, 'my-app') : parent;
    const run = await runWithFault(args, cwd, { at, run: ['rm', '-rf', cwd] });
    expect([run.code, run.stderr]).toEqual([4, expect.stringContaining('is gone')]);
    expect(existsSync(cwd)).toBe(false);
  },
);

function expectFull(run: { code: number | null; stderr: string }): void {
  expect([run.code, run.stderr]).toEqual([4, expect.stringContaining('The disk is full')]);
  expect(run.stderr.trim().split('\n')).toHaveLength(2);
}

/** Fills the disk but for so many bytes; returns the file that does. */
function fillUpTo(disk: SmallDisk, left: number): string {
  const path = join(disk.folder, 'filler');
  const { bavail, bsize } = statfsSync(disk.folder);
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - left)));
  return path;
}
