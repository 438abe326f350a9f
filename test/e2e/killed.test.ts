import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { sizeOf } from '../support/size.ts';

/** Printed by a failing test, so that the same moments can be tried again. */
const SEED = Number(process.env['SEED'] ?? 20_261_122);
const MOMENTS = sizeOf(import.meta.url, { small: 6, full: 24 });

/** When to kill a run: after some milliseconds, or as soon as something is true, however long that takes. */
type Moment = number | ((cwd: string) => boolean);

/** The start, moments spread over the whole run and a little beyond with a seeded jitter, and the end if it is given. */
function moments(longest: number, end?: Moment): Moment[] {
  let state = SEED;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const spread = Array.from(
    { length: MOMENTS },
    (_, index) => ((index + random()) / MOMENTS) * longest * 1.1,
  );
  return [0, ...spread, ...(end === undefined ? [] : [end])];
}

async function killedAt(moment: Moment, args: readonly string[], cwd: string): Promise<void> {
  const startedAt = performance.now();
  const isTime = (): boolean =>
    typeof moment === 'number' ? performance.now() - startedAt >= moment : moment(cwd);
  await runCli(args, {
    cwd,
    started: (child) => {
      const timer = setInterval(() => isTime() && child.kill('SIGKILL'), 1);
      child.on('close', () => clearInterval(timer));
    },
  });
}

async function duration(args: readonly string[], cwd: string): Promise<number> {
  const started = performance.now();
  const { code, stderr } = await runCli(args, { cwd });
  expect(code, stderr).toBe(0);
  return performance.now() - started;
}

const create = ['my-app', '--yes', '--no-install', '--no-git'];
const generate = ['generate', 'health-check', 'search-index', '--no-install'];

test(`create, killed at any moment, leaves nothing or everything (seed ${SEED})`, async () => {
  const whole = emptyFolder();
  const longest = await duration(create, whole);
  const complete = snapshotOf(whole);
  const seen = new Set<string>();
  // The last one is killed as soon as its commit is done, so that both outcomes are seen on any machine.
  const isCommitted = (cwd: string): boolean => existsSync(join(cwd, 'my-app'));
  for (const moment of moments(longest, isCommitted)) {
    const parent = emptyFolder();
    await killedAt(moment, create, parent);
    const there = existsSync(join(parent, 'my-app'));
    seen.add(there ? 'everything' : 'nothing');
    if (there)
      expect(snapshotOf(join(parent, 'my-app')), `killed at ${moment}`).toEqual(
        snapshotOf(join(whole, 'my-app')),
      );
    else expect((await runCli(create, { cwd: parent })).code).toBe(0);
    expect(withoutOthers(snapshotOf(parent)), `at ${moment}, and another run`).toEqual(complete);
  }
  expect([...seen].sort()).toEqual(['everything', 'nothing']);
});

test(`create in a folder that exists, killed at any moment, is undone by the next run (seed ${SEED})`, async () => {
  const whole = emptyFolder();
  mkdirSync(join(whole, 'my-app/.git'), { recursive: true });
  const longest = await duration(create, whole);
  const complete = snapshotOf(join(whole, 'my-app'));
  for (const moment of moments(longest)) {
    const parent = emptyFolder();
    mkdirSync(join(parent, 'my-app/.git'), { recursive: true });
    await killedAt(moment, create, parent);
    const again = await runCli(create, { cwd: parent });
    const finished = again.code === 1;
    expect(again.code, again.stderr).toBe(finished ? 1 : 0);
    expect(snapshotOf(join(parent, 'my-app')), `killed at ${moment}`).toEqual(complete);
  }
});

test(`generate, killed at any moment, leaves the old state or the new (seed ${SEED})`, async () => {
  const base = emptyFolder();
  await duration(create, base);
  const before = snapshotOf(join(base, 'my-app'));
  const changed = emptyFolder();
  cpSync(base, changed, { recursive: true });
  const longest = await duration(generate, join(changed, 'my-app'));
  const after = snapshotOf(join(changed, 'my-app'));
  for (const moment of moments(longest)) {
    const copy = emptyFolder();
    cpSync(base, copy, { recursive: true });
    const root = join(copy, 'my-app');
    await killedAt(moment, generate, root);
    // Any later command rolls back first; `list` changes nothing else.
    expect((await runCli(['list'], { cwd: root })).code).toBe(0);
    const state = withoutLock(snapshotOf(root));
    expect([before, after], `killed at ${moment}`).toContainEqual(state);
    expect((await runCli(generate, { cwd: root })).code).toBe(0);
    expect(snapshotOf(root), `at ${moment}, and another run`).toEqual(after);
  }
});

test('two runs at once in one place: one succeeds, the other says why not, and nothing is mixed', async () => {
  const parent = emptyFolder();
  const runs = await Promise.all([
    runCli(create, { cwd: parent }),
    runCli(create, { cwd: parent }),
  ]);
  expect(runs.map(({ code }) => code).sort()).toEqual([0, 1]);
  const root = join(parent, 'my-app');
  expect(readdirSync(parent)).toEqual(['my-app']);
  const both = await Promise.all([
    runCli(['generate', 'health-check', 'one', '--no-install'], { cwd: root }),
    runCli(['generate', 'health-check', 'two', '--no-install'], { cwd: root }),
  ]);
  for (const { code, stderr } of both)
    expect(code === 0 || /Another run is working/.test(stderr), stderr).toBe(true);
  for (const name of ['one', 'two']) {
    expect(
      (await runCli(['generate', 'health-check', name, '--no-install'], { cwd: root })).code,
    ).toBe(0);
  }
  const orderly = emptyFolder();
  await runCli(create, { cwd: orderly });
  const first = Object.keys(snapshotOf(root)).sort();
  for (const name of ['one', 'two'])
    await runCli(['generate', 'health-check', name, '--no-install'], {
      cwd: join(orderly, 'my-app'),
    });
  expect(Object.keys(snapshotOf(join(orderly, 'my-app'))).sort()).toEqual(first);
});

/** A killed run's staging folder beside the target is removed by the next run in the same place. */
function withoutOthers(snapshot: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(snapshot).filter(([path]) => path.startsWith('my-app/')),
  );
}

/** The killed run's lock stays until the next run takes it over. */
function withoutLock(snapshot: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(snapshot).filter(([path]) => path !== '.secure-app.lock'),
  );
}
