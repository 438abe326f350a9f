import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { command } from './command.ts';
import type { StepResult } from './step-result.ts';

/** As a shell reports a command that a signal ended: 130 for Ctrl-C. */
export function interruptedExit(steps: readonly StepResult[]): number | undefined {
  const signal = steps.find(({ interrupted }) => interrupted)?.interrupted;
  return signal && 128 + constants.signals[signal];
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
  const [, passed] = /^[^\w\n]{0,20}pass (\d+)$/m.exec(output) ?? [];
  return passed === undefined ? 'passed' : `${passed} passed`;
}

/** Starts a history, unless the project lies in one already. */
export async function startHistory(root: string): Promise<StepResult> {
  if (existsSync(join(root, '.git')))
    return done('start a git history', 'git init', 'there is one already');
  const inside = await command(root, 'find a git history', 'git', [
    'rev-parse',
    '--is-inside-work-tree',
  ]);
  if (inside.ok && inside.detail === 'true')
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
