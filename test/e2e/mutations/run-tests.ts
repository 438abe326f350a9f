import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface Result {
  readonly name: string;
  readonly passed: boolean;
  /** The name of what a failing test threw, or `hookFailed`. */
  readonly error?: string;
}

const reporter = fileURLToPath(new URL('reporter.ts', import.meta.url));

// Far above what a test and what a file take: a mutant that hangs is red, and one that spins is ended.
const TEST_TIMEOUT_MS = 60_000;
const FILE_TIMEOUT_MS = 240_000;

// As `npm test` runs them: short processes, for which optimising WebAssembly or compiling twice would not pay.
const QUICK_START = ['--liftoff-only'];

/** What each test of a file of an emitted project says, on the pinned Node and the embedded database. */
export async function runTests(root: string, testFile: string): Promise<readonly Result[]> {
  const options = [`--test-timeout=${TEST_TIMEOUT_MS}`, `--test-reporter=${reporter}`];
  const args = [...QUICK_START, '--test', ...options, testFile];
  const child = spawn(join(root, 'node_modules/.bin/node'), args, {
    cwd: root,
    // A group of its own, so that what it has started ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
      NODE_TEST_CONTEXT: undefined,
      TEST_DATABASE_URL: undefined,
    },
  });
  const spinning = setTimeout(() => endGroup(child.pid), FILE_TIMEOUT_MS);
  const said = await text(child.stdout).finally(() => clearTimeout(spinning));
  const lines = said.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Result);
}

function endGroup(leader: number | undefined): void {
  if (leader !== undefined) process.kill(-leader, 'SIGKILL');
}
