import { cpSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { CLI, mustRun, runCli } from '../../support/cli.ts';
import { changesOf, inPairs, runWithFault } from '../../support/fault.ts';
import { emptyFolder, emptyFolderForFile, snapshotOf } from '../../support/folder.ts';

const QUIET = ['--no-install', '--no-git'];
const WITH_NOTES = ['my-app', '--yes', ...QUIET];
const BARE = ['my-app', '--preset', 'bare', ...QUIET];
const ADD = ['generate', 'health-check', 'search-index', '--no-install'];
const TAKE = ['remove', 'health-check', 'search-index', '--no-install'];

/** Above the highest process number Linux gives out. */
const NOBODY = 4_194_305;
const DECADE = 10 * 365 * 24 * 3600 * 1000;
const HOUR = 3600 * 1000;

const made = emptyFolderForFile();

beforeAll(async () => {
  await mustRun(WITH_NOTES, made);
});

function project(): string {
  const folder = emptyFolder();
  cpSync(made, folder, { recursive: true });
  return join(folder, 'my-app');
}

const command = (args: readonly string[]): string[] => [process.execPath, CLI, ...args];

test.each([
  ['a folder that does not exist', false],
  ['a folder that holds only .git', true],
])(
  'a run that comes between the looks of another in %s is not written over',
  async (_place, git) => {
    const alone = emptyFolder();
    expect((await runCli(WITH_NOTES, { cwd: alone })).code).toBe(0);
    const whole = snapshotOf(join(alone, 'my-app'));
    for (const at of [1, 2, 3]) {
      const parent = emptyFolder();
      if (git) mkdirSync(join(parent, 'my-app/.git'), { recursive: true });
      const run = await runWithFault(BARE, parent, { at, run: command(WITH_NOTES) });
      const tree = snapshotOf(join(parent, 'my-app'));
      delete tree['.git/'];
      if (run.code === 1) expect(tree, `in between at ${at}`).toEqual(whole);
      else {
        // The other came when this one held the place already, and was kept out.
        expect([run.code, Object.keys(tree).some((path) => path.includes('/notes/'))]).toEqual([
          0,
          false,
        ]);
      }
      expect(readdirSync(parent)).toEqual(['my-app']);
    }
  },
);

test('generate and remove in one project take turns or wait, whenever the other comes', async () => {
  const changes = await changesOf(ADD, project());
  const sample = changes.map((_, index) => index + 1).filter((at) => at < 4 || at % 20 === 0);
  await inPairs(sample, async (at) => {
    const root = project();
    const run = await runWithFault(ADD, root, { at, run: command(TAKE) });
    expect([0, 4]).toContain(run.code);
    const added = await runCli(ADD, { cwd: root });
    expect(added.code, added.stderr).toBe(0);
    expect((await runCli(TAKE, { cwd: root })).code).toBe(0);
    expect(snapshotOf(root), `remove came before change ${at}`).toEqual(
      snapshotOf(join(made, 'my-app')),
    );
  });
});

test('many at once in one project: those that get in are in, the others say why not', async () => {
  const root = project();
  const names = ['one', 'two', 'three', 'four', 'five'];
  const runs = await Promise.all(
    names.map((name) => runCli(['generate', 'health-check', name, '--no-install'], { cwd: root })),
  );
  const inside = names.filter((_, index) => runs[index]?.code === 0);
  for (const { code, stderr } of runs)
    expect(code === 0 || /Another run is/.test(stderr), stderr).toBe(true);
  expect(inside.length).toBeGreaterThan(0);
  const orderly = project();
  const modules = readdirSync(join(root, 'services/api/modules')).sort();
  for (const name of inside)
    await runCli(['generate', 'health-check', name, '--no-install'], { cwd: orderly });
  expect(modules).toEqual(readdirSync(join(orderly, 'services/api/modules')).sort());
  for (const name of names)
    expect(
      (await runCli(['generate', 'health-check', name, '--no-install'], { cwd: root })).code,
    ).toBe(0);
});

test.each([
  ['ten years ahead', DECADE],
  ['ten years back', -DECADE],
  ['an hour ahead', HOUR],
  ['an hour back', -HOUR],
])('a clock that jumps %s changes no byte and opens no lock that is held', async (_jump, shift) => {
  const root = project();
  const reference = project();
  expect((await runCli(ADD, { cwd: reference })).code).toBe(0);
  const run = await runWithFault(ADD, root, { at: 20, shift });
  expect(run.code, run.stderr).toBe(0);
  expect(snapshotOf(root)).toEqual(snapshotOf(reference));

  const lock = join(root, '.secure-app.lock');
  writeFileSync(lock, `${process.pid} ${hostname()}\n`);
  const kept = await runWithFault(TAKE, root, { at: 1, shift });
  expect(kept.stderr).toContain('Another run is working');
  writeFileSync(lock, `${NOBODY} ${hostname()}\n`);
  expect((await runWithFault(TAKE, root, { at: 1, shift })).code).toBe(0);
  expect(snapshotOf(root)).toEqual(snapshotOf(join(made, 'my-app')));
});

test.each([
  ['past', -DECADE],
  ['future', DECADE],
])('a lock that a killed run never signed is taken over, even from the %s', async (_when, ago) => {
  const root = project();
  const lock = join(root, '.secure-app.lock');
  writeFileSync(lock, '');
  expect((await runCli(ADD, { cwd: root })).stderr).toContain('in 10 seconds');
  const time = new Date(Date.now() + ago);
  utimesSync(lock, time, time);
  expect((await runCli(ADD, { cwd: root })).code).toBe(0);
});
