import { cpSync, existsSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { mustRun, runCli } from '../../support/cli.ts';
import { changesOf, type Fault, inPairs, runWithFault } from '../../support/fault.ts';
import { emptyFolder, emptyFolderForFile, snapshotOf } from '../../support/folder.ts';

type Tree = Record<string, string>;

const CREATE = ['my-app', '--yes', '--no-install', '--no-git'];
const ADD = ['generate', 'health-check', 'search-index', '--no-install'];
const TAKE = ['remove', 'health-check', 'search-index', '--no-install'];

/** What moves the state of a tree; every one of these is struck in a short run. */
const STEPS = new Set(['mkdirSync', 'renameSync', 'rmSync', 'rmdirSync']);
const ENDS = 5;

/** Which changes are struck: those that match, the first and the last ones, and every so manieth of all. */
function struck(changes: readonly string[], spread: number, steps = new Set<string>()): number[] {
  return changes.flatMap((name, index) => {
    const atAnEnd = index < ENDS || index >= changes.length - ENDS;
    return atAnEnd || steps.has(name) || index % spread === 0 ? [index + 1] : [];
  });
}

const killed = (at: number): Fault => ({ at, kill: true });
const full = (at: number): Fault => ({ at, fail: 'ENOSPC' });

const plain = emptyFolderForFile();
const grown = emptyFolderForFile();
let without: Tree;
let withCheck: Tree;

beforeAll(async () => {
  await mustRun(CREATE, plain);
  without = snapshotOf(join(plain, 'my-app'));
  cpSync(plain, grown, { recursive: true });
  await mustRun(ADD, join(grown, 'my-app'));
  withCheck = snapshotOf(join(grown, 'my-app'));
});

describe.each([
  ['generate', ADD, plain],
  ['remove', TAKE, grown],
])('%s', (name, args, from) => {
  const [before, after] = [
    () => (name === 'generate' ? without : withCheck),
    () => (name === 'generate' ? withCheck : without),
  ];
  const copy = (): string => {
    const folder = emptyFolder();
    cpSync(from, folder, { recursive: true });
    return join(folder, 'my-app');
  };

  test('killed before any of its changes leaves the old state or the new, and can be run again', async () => {
    const changes = await changesOf(args, copy());
    expect(changes).toContain('renameSync');
    // A single write may be cut short by a nearly full disk, without an error.
    expect(changes).not.toContain('writeSync');
    const seen = new Set<string>();
    await inPairs(struck(changes, 8, STEPS), async (at) => {
      const root = copy();
      expect((await runWithFault(args, root, killed(at))).code, `before change ${at}`).toBe(null);
      letTheLockAge(root);
      // Any later command rolls back first; `list` changes nothing else.
      expect((await runCli(['list'], { cwd: root })).code).toBe(0);
      const state = withoutLock(snapshotOf(root));
      expect([before(), after()], `killed before change ${at}`).toContainEqual(state);
      const old = state['secure-app.json'] === before()['secure-app.json'];
      seen.add(old ? 'old' : 'new');
      if (!old || at % 4 > 0) return;
      expect((await runCli(args, { cwd: root })).code).toBe(0);
      expect(snapshotOf(root), `after change ${at} and another run`).toEqual(after());
    });
    expect([...seen].sort()).toEqual(['new', 'old']);
  });

  test('on a disk that fills up at any of its changes leaves the old state, and says so', async () => {
    const changes = await changesOf(args, copy());
    let refused = 0;
    await inPairs(struck(changes, 5), async (at) => {
      const root = copy();
      const run = await runWithFault(args, root, full(at));
      expect([0, 4]).toContain(run.code);
      if (run.code === 4) {
        refused += 1;
        expect(run.stderr).toContain('The disk is full');
      }
      expect(snapshotOf(root), `full at change ${at}`).toEqual(run.code === 0 ? after() : before());
    });
    expect(refused).toBeGreaterThan(8);
  });
});

/** A run of hundreds of like changes. */
const SPREAD = 41;

describe.each([
  ['a folder that does not exist', () => undefined],
  [
    'a folder that holds only .git',
    (root: string) => void mkdirSync(join(root, '.git'), { recursive: true }),
  ],
])('create in %s', (_place, arrange) => {
  const empty = (): string => {
    const parent = emptyFolder();
    arrange(join(parent, 'my-app'));
    return parent;
  };

  test('killed before its changes is undone or finished by the next run, and nothing lies beside it', async () => {
    const changes = await changesOf(CREATE, empty());
    await inPairs(struck(changes, SPREAD), async (at) => {
      const parent = empty();
      expect((await runWithFault(CREATE, parent, killed(at))).code, `before change ${at}`).toBe(
        null,
      );
      letTheLockAge(join(parent, 'my-app'));
      const again = await runCli(CREATE, { cwd: parent });
      expect(again.code === 0 || /not empty/.test(again.stderr), again.stderr).toBe(true);
      expect(withoutOurs(snapshotOf(parent)), `killed before change ${at}`).toEqual(below(without));
    });
  });

  test('on a disk that fills up leaves what was there, and says so', async () => {
    const changes = await changesOf(CREATE, empty());
    let refused = 0;
    await inPairs(struck(changes, SPREAD), async (at) => {
      const parent = empty();
      const before = snapshotOf(parent);
      const run = await runWithFault(CREATE, parent, full(at));
      expect([0, 4]).toContain(run.code);
      if (run.code === 4) {
        refused += 1;
        expect(run.stderr).toContain('The disk is full');
        expect(snapshotOf(parent), `full at change ${at}`).toEqual(before);
      } else expect(existsSync(join(parent, 'my-app/secure-app.json'))).toBe(true);
    });
    expect(refused).toBeGreaterThan(5);
  });
});

/** A run killed between taking the lock and signing it keeps the next one out for some seconds; nobody waits here. */
function letTheLockAge(root: string): void {
  const path = join(root, '.secure-app.lock');
  if (existsSync(path) && readFileSync(path, 'utf8') === '') utimesSync(path, 0, 0);
}

function below(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).map(([path, text]) => [`my-app/${path}`, text]));
}

/** But for what was there, and the lock of a run that was killed as it left. */
function withoutOurs(tree: Tree): Tree {
  const { 'my-app/.git/': _git, 'my-app/.secure-app.lock': _lock, ...rest } = tree;
  return rest;
}

/** The killed run's lock stays until the next run takes it over. */
function withoutLock(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => path !== '.secure-app.lock'));
}
