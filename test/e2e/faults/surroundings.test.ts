import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLI, type Run, mustRun, runCli } from '../../support/cli.ts';
import { changesOf, runWithFault } from '../../support/fault.ts';
import { emptyFolder, emptyFolderForFile, snapshotOf } from '../../support/folder.ts';

const CREATE = ['my-app', '--yes', '--no-install', '--no-git'];
const ADD = ['generate', 'health-check', 'search-index', '--no-install'];

const made = emptyFolderForFile();
let plain: Record<string, string>;

beforeAll(async () => {
  await mustRun(CREATE, made);
  plain = snapshotOf(made);
});

describe('the emitted bytes are the same', () => {
  test.each<[string, NodeJS.ProcessEnv]>([
    ['at the other end of the world', { TZ: 'Pacific/Kiritimati' }],
    ['in Turkish, where i is not the small I', { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }],
    ['in no language', { LANG: 'C', LC_ALL: 'POSIX' }],
    ['without a home', { HOME: undefined, USERPROFILE: undefined }],
    ['without a folder for temporary files', { TMPDIR: '/nowhere', TEMP: '/nowhere' }],
    ['on a dumb terminal', { TERM: 'dumb' }],
    ['with colours forced', { NO_COLOR: undefined, FORCE_COLOR: '3' }],
    ['in CI', { CI: 'true' }],
    ['with settings of another project for npm', { npm_config_prefix: '/nowhere', INIT_CWD: '/' }],
  ])('%s', async (_where, env) => {
    const parent = emptyFolder();
    const run = await runCli(CREATE, { cwd: parent, env });
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).not.toContain('\u001b');
    expect(snapshotOf(parent)).toEqual(plain);
  });

  test.each([
    ['000', 0o644, 0o755],
    ['022', 0o644, 0o755],
    ['077', 0o600, 0o700],
  ])('with the umask %s, and nobody but the owner may write them', async (umask, file, folder) => {
    const parent = emptyFolder();
    mkdirSync(join(parent, 'cloned/.git'), { recursive: true });
    for (const name of ['fresh', 'cloned']) {
      const run = await shell(`umask ${umask}; exec "$0" "$@"`, [name, ...CREATE.slice(1)], parent);
      expect(run.code, run.stderr).toBe(0);
      const root = join(parent, name);
      expect(statSync(join(root, 'package.json')).mode & 0o777, name).toBe(file);
      expect(statSync(join(root, 'services/api')).mode & 0o777, name).toBe(folder);
    }
    expect(Object.keys(snapshotOf(join(parent, 'fresh')))).toEqual(
      Object.keys(snapshotOf(join(made, 'my-app'))),
    );
  });
});

describe('output', () => {
  test.each([
    ['--help'],
    ['list'],
    ['schema', 'app'],
    ['my-app', '--dry-run'],
    ['my-app', '--dry-run', '--json'],
  ])('that nobody reads to its end shows no stack: %s', async (...args) => {
    const run = await shell('"$0" "$@" | true; exit "$(echo 0)"', args, emptyFolder());
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  test.skipIf(!existsSync('/dev/full')).each([['--help'], ['list'], ['schema', 'app']])(
    'that has nowhere to go is a failure in one sentence: %s %s',
    async (...args) => {
      const run = await shell('exec "$0" "$@" >/dev/full', args, emptyFolder());
      expect([run.code, run.stderr]).toEqual([
        4,
        '✖ The output could not be written: is the disk it goes to full?\n',
      ]);
    },
  );

  test('to a slow reader arrives whole, however long it is', () => {
    const output = new URL('../../../src/terminal/output.ts', import.meta.url);
    const script = `const { outputDone } = await import('${output}');
      process.stdout.write('x'.repeat(1e6)); await outputDone(); process.exit();`;
    const line = '"$0" --input-type=module --eval "$1" | (sleep 0.5; wc -c)';
    const run = spawnSync('bash', ['-c', line, process.execPath, script], { encoding: 'utf8' });
    expect(run.stdout.trim(), run.stderr).toBe('1000000');
  });

  test.each(['<&-', '>&- 2>&-', '<&- >&- 2>&-'])('and input may be closed: %s', async (closed) => {
    const parent = emptyFolder();
    expect((await shell(`exec "$0" "$@" ${closed}`, CREATE, parent)).code).toBe(0);
    expect(snapshotOf(parent)).toEqual(plain);
  });
});

test('a folder that was deleted under the command is told in a sentence', async () => {
  const parent = emptyFolder();
  mkdirSync(join(parent, 'gone'));
  for (const args of [CREATE, ADD, ['remove', 'notes']]) {
    const run = await shell(
      'mkdir -p gone && cd gone && rmdir ../gone && exec "$0" "$@"',
      args,
      parent,
    );
    expect([run.code, run.stderr]).toEqual([4, expect.stringContaining('is gone')]);
  }
  expect(readdirSync(parent)).toEqual([]);
});

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  test('in the middle of a commit ends the run with the commit whole', async () => {
    const changes = await changesOf(CREATE, emptyFolder());
    for (const at of [2, Math.floor(changes.length / 2), changes.length]) {
      const parent = emptyFolder();
      const run = await runWithFault(CREATE, parent, { at, signal });
      expect(run.stderr).toBe('');
      expect(snapshotOf(parent), `before change ${at}`).toEqual(plain);
    }
  });

  test('before the commit leaves nothing', async () => {
    const parent = emptyFolder();
    const run = await runCli(['my-app', '--answers', '-', '--no-install', '--no-git'], {
      cwd: parent,
      // Standard input never ends, so that the run is still reading its answers.
      input: null,
      started: (child) => setTimeout(() => child.kill(signal), 400),
    });
    expect([run.code, readdirSync(parent)]).toEqual([null, []]);
  });
});

test('a parent folder that may not be listed or written is told in a sentence', async () => {
  if (process.getuid?.() !== 0) {
    const parent = emptyFolder();
    chmodSync(parent, 0o555);
    const run = await runCli([join(parent, 'my-app'), ...CREATE.slice(1)], { cwd: '/' });
    expect([run.code, run.stderr]).toEqual([4, expect.stringContaining('permission denied')]);
    chmodSync(parent, 0o755);
    rmSync(parent, { recursive: true });
    return;
  }
  // Root may write anywhere but into the kernel's own folders.
  const run = await runCli(['/proc/my-app', ...CREATE.slice(1)], { cwd: '/' });
  expect(run.code, run.stderr).toBe(4);
  expect(run.stderr).not.toContain('unexpected');
});

/** Runs the command by a line of shell that refers to it as `"$0" "$@"`. */
function shell(line: string, args: readonly string[], cwd: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', line, CLI, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1' },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
