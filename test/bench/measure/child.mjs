import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ENVIRONMENT, RUN } from '../place.mjs';

// Bash's own `time` counts every descendant that was waited for, to the millisecond, on every system with bash.
// (/usr/bin/time is often absent and rounds to 10 ms; Node reports no usage of its children.)
const TIMED = 'TIMEFORMAT="%3R %3U %3S"; exec 3>&1; { time "$@" >"$OUT" 2>&1 3>&-; } 2>&3';

const LONGEST_MS = 5 * 60_000;

/** @typedef {{ wall: number, cpu: number }} Usage in milliseconds */

/**
 * Runs a command to its end and says what the whole tree of processes took.
 *
 * @param {readonly string[]} command
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Usage>}
 */
export async function timed(command, cwd, env = {}) {
  const output = join(RUN, 'output');
  const child = spawn('bash', ['-c', TIMED, 'time', ...command], {
    cwd,
    env: { ...ENVIRONMENT, ...env, OUT: output },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LONGEST_MS,
  });
  let report = '';
  child.stdout.on('data', (chunk) => (report += chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw await failure(command, code, output);
  await rm(output, { force: true });
  const [wall = 0, user = 0, system = 0] = report.trim().split(' ').map(Number);
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
}

/**
 * @param {readonly string[]} command
 * @param {number | null} code
 * @param {string} output
 */
async function failure(command, code, output) {
  const said = await readFile(output, 'utf8').catch(() => '');
  return new Error(`${command.join(' ')} ended with ${code}:\n${said.slice(-2000)}`);
}
