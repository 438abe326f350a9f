import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Loaded when the first step runs: a run that installs nothing should not pay for it. */
const loadExeca = () => import('execa');

/** One thing done after the commit. A failure here never takes the tree back. */
export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  /** The project works without it. */
  readonly optional?: boolean;
  /** What to type to do it by hand. */
  readonly command: string;
  /** A few words on success, the end of the output on failure. */
  readonly detail: string;
}

/** Enough of a failing command's output to see why, and no more than a screen. */
const SHOWN_LINES = 25;

async function command(
  root: string,
  name: string,
  file: string,
  args: readonly string[],
): Promise<StepResult> {
  const typed = [file, ...args].join(' ');
  const { execa } = await loadExeca();
  const result = await execa(file, args, {
    cwd: root,
    reject: false,
    all: true,
    stdin: 'ignore',
    env: { FORCE_COLOR: '0' },
  });
  const ok = result.exitCode === 0;
  const output = result.all || (result.shortMessage ?? '');
  return {
    name,
    ok,
    command: typed,
    detail: ok ? output : output.split('\n').slice(-SHOWN_LINES).join('\n'),
  };
}

export async function install(root: string): Promise<StepResult> {
  const result = await command(root, 'install the locked dependencies', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
  ]);
  return result.ok ? { ...result, detail: '' } : result;
}

/** Lets npm bring a lock up to date that is not ours any more. */
export async function installChanged(root: string): Promise<StepResult> {
  const result = await command(root, 'install the changed dependencies', 'npm', [
    'install',
    '--no-audit',
    '--no-fund',
  ]);
  return result.ok ? { ...result, detail: '' } : result;
}

export async function refresh(root: string): Promise<StepResult> {
  const result = await command(root, 'write the derived files', 'npm', [
    'run',
    '--silent',
    'refresh',
  ]);
  return result.ok ? { ...result, detail: '' } : result;
}

export async function firstTest(root: string): Promise<StepResult> {
  const result = await command(root, 'run the tests for the first time', 'npm', [
    'test',
    '--silent',
  ]);
  return result.ok ? { ...result, detail: countOf(result.detail) } : result;
}

/** node:test ends its report with a line such as `ℹ pass 123`. */
function countOf(output: string): string {
  const [, passed] = /^\W*pass (\d+)$/m.exec(output) ?? [];
  return passed === undefined ? 'passed' : `${passed} passed`;
}

/** Starts a history, unless the project lies in one already. */
export async function startHistory(root: string): Promise<StepResult> {
  if (existsSync(join(root, '.git')))
    return done('start a git history', 'git init', 'there is one already');
  const { execa } = await loadExeca();
  const inside = await execa('git', ['rev-parse', '--is-inside-work-tree'], {
    cwd: root,
    reject: false,
  });
  if (inside.stdout === 'true')
    return done('start a git history', 'git init', 'the folder lies in a repository');
  const result = await command(root, 'start a git history', 'git', [
    'init',
    '--quiet',
    '--initial-branch=main',
  ]);
  return { ...result, optional: true };
}

const done = (name: string, typed: string, detail: string): StepResult => ({
  name,
  ok: true,
  command: typed,
  detail,
});

export function isInstalled(root: string): boolean {
  return existsSync(join(root, 'node_modules'));
}
