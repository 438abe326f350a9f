import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Run, mustRun, runCli } from '../../support/cli.ts';
import { emptyFolder, emptyFolderForFile, snapshotOf } from '../../support/folder.ts';

const ADD = ['generate', 'health-check', 'search-index'];

const made = emptyFolderForFile();
let whole: Record<string, string>;

beforeAll(async () => {
  await mustRun(['my-app', '--yes', '--no-install', '--no-git'], made);
  whole = snapshotOf(join(made, 'my-app'));
});

/** A PATH of these commands and a shell, and nothing else. */
function pathOf(commands: Readonly<Record<string, string>>): string {
  const folder = emptyFolder();
  for (const name of ['sh', 'sleep', 'echo']) symlinkSync(`/bin/${name}`, join(folder, name));
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

const GIT_WORKS = 'case "$1" in rev-parse) exit 128;; *) exit 0;; esac';
const DUBIOUS = 'echo "fatal: detected dubious ownership in repository" >&2; exit 128';

async function create(
  commands: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Run> {
  const parent = emptyFolder();
  const run = await runCli(['my-app', '--yes', ...flags], {
    cwd: parent,
    env: { PATH: pathOf(commands) },
  });
  expect(snapshotOf(join(parent, 'my-app')), run.stderr).toEqual(whole);
  return run;
}

describe('npm', () => {
  test.each([
    ['is missing', {}, 'npm was not found'],
    ['fails', { npm: 'echo "npm error code E401" >&2; exit 1' }, 'npm error code E401'],
    ['dies', { npm: 'kill -9 $$' }, 'SIGKILL'],
    ['cannot be run', { npm: 'exit 126' }, '126'],
  ])('that %s: the tree stays, and what to type is said', async (_how, commands, says) => {
    const run = await create({ git: GIT_WORKS, ...commands });
    expect(run.code).toBe(4);
    expect(run.stdout).toContain('The project is complete on disk');
    expect(run.stdout).toContain(says);
    expect(run.stdout).toMatch(/Next:\n {2}cd my-app\n {2}npm ci\n/);
    expect(run.stderr).toContain('✖ Installing');
  });

  test('that fails in its second step is told with that step, and for machines too', async () => {
    const npm = 'case "$1" in ci) exit 0;; *) echo "no room"; exit 1;; esac';
    const run = await create({ git: GIT_WORKS, npm }, ['--json']);
    expect([run.code, JSON.parse(run.stdout)]).toMatchObject([
      4,
      {
        ok: false,
        steps: [
          { ok: true },
          { ok: true },
          { ok: false, command: 'npm run --silent refresh', detail: 'no room' },
        ],
      },
    ]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'that hangs is ended by %s together with what it started, and what to type is said',
    async (signal) => {
      const parent = emptyFolder();
      // It ends only when both it and its child are gone: the child holds its output open.
      const npm = 'trap "" INT TERM HUP; echo hanging >&2; sleep 600 & sleep 600';
      const ends = new RegExp(`interrupted`);
      const run = await runCli(['my-app', '--yes'], {
        cwd: parent,
        env: {
          PATH: pathOf({
            git: GIT_WORKS,
            npm: `touch() { echo x > "$1"; }; touch "${parent}/started"; ${npm}`,
          }),
        },
        started: (child) => {
          const timer = setInterval(() => {
            if (!existsSync(join(parent, 'started'))) return;
            clearInterval(timer);
            child.kill(signal);
            // As an impatient person does.
            setTimeout(() => child.kill(signal), 300);
          }, 50);
          child.on('close', () => clearInterval(timer));
        },
      });
      expect(run.code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      expect(run.stdout).toMatch(ends);
      expect(run.stdout).toContain('  npm ci\n');
      expect(snapshotOf(join(parent, 'my-app'))).toEqual(whole);
    },
  );

  test('that hangs without anybody there is ended after a limit', async () => {
    const parent = emptyFolder();
    const preload = join(parent, 'hurry.mjs');
    // Minutes pass in milliseconds.
    writeFileSync(
      preload,
      'const real = globalThis.setTimeout; globalThis.setTimeout = (work, delay, ...rest) => real(work, delay / 5000, ...rest);',
    );
    const run = await runCli(['my-app', '--yes'], {
      cwd: parent,
      env: {
        NODE_OPTIONS: `--import=${preload}`,
        PATH: pathOf({ git: GIT_WORKS, npm: 'sleep 600' }),
      },
    });
    expect([run.code, run.stdout]).toEqual([4, expect.stringContaining('ended after 15 minutes')]);
  });

  test.each([
    ['generate', 'npm run refresh'],
    ['remove', 'npm run refresh'],
  ])('that fails after %s leaves the change, and what to type is said', async (name, typed) => {
    const root = join(emptyFolder(), 'my-app');
    cpSync(join(made, 'my-app'), root, { recursive: true });
    const args = name === 'generate' ? ADD : ['remove', 'notes'];
    const quiet = join(emptyFolder(), 'my-app');
    cpSync(root, quiet, { recursive: true });
    expect((await runCli([...args, '--no-install'], { cwd: quiet })).code).toBe(0);
    mkdirSync(join(root, 'node_modules'));
    const run = await runCli(args, {
      cwd: root,
      env: { PATH: pathOf({ npm: 'echo "no network"; exit 1' }) },
    });
    expect([run.code, run.stdout]).toEqual([4, expect.stringContaining('no network')]);
    expect(run.stdout).toContain(typed);
    expect(snapshotOf(root)).toEqual(snapshotOf(quiet));
  });
});

describe('git', () => {
  test.each([
    ['is missing', {}, 'git was not found'],
    ['fails', { git: DUBIOUS }, 'dubious ownership'],
  ])(
    'that %s is no failure: the project works without it, and what to type is said',
    async (_how, commands, says) => {
      const run = await create(commands, ['--no-install']);
      expect(run.code, run.stderr).toBe(0);
      expect(run.stdout).toContain('! not done: start a git history (by hand: git init');
      expect(run.stdout).toContain(says);
    },
  );

  test('without a name for its user is enough: nothing is committed for anybody', async () => {
    const parent = emptyFolder();
    const run = await runCli(['my-app', '--yes', '--no-install'], {
      cwd: parent,
      env: { HOME: emptyFolder(), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    });
    expect([run.code, run.stdout]).toEqual([0, expect.not.stringContaining('not done')]);
  });
});

test('--no-install and --no-git need neither', async () => {
  const run = await create({}, ['--no-install', '--no-git']);
  expect([run.code, run.stdout]).toEqual([0, expect.not.stringContaining('not done')]);
});
