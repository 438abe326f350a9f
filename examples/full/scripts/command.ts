import { spawnSync } from 'node:child_process';

const MOST_BYTES = 64 * 1024 * 1024;

/** Runs a program without a shell: no text that comes from outside can become a command. (SUPPLY-3) */
export function runCommand(command: string, args: readonly string[], cwd?: string) {
  return spawnSync(command, args, { encoding: 'utf8', maxBuffer: MOST_BYTES, ...(cwd && { cwd }) });
}

/** What the program prints. Throws if it fails. */
export function outputOf(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = runCommand(command, args, cwd);
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error?.message ?? stderr}`);
  return stdout;
}
