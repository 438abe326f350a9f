import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EMBEDDED } from '../support/workbench.ts';

export interface Result {
  readonly name: string;
  readonly passed: boolean;
  /** How long it took. */
  readonly ms: number;
  /** The name of what a failing test threw, or `hookFailed`. */
  readonly error?: string;
}

const reporter = fileURLToPath(new URL('reporter.ts', import.meta.url));

// Far above what a test and what a file take: a mutant that hangs is red, and one that spins is ended.
const TEST_TIMEOUT_MS = 60_000;
const FILE_TIMEOUT_MS = 240_000;

// As `npm test` runs them: short processes, for which optimising WebAssembly or compiling twice would not pay.
const QUICK_START = ['--liftoff-only'];

interface Options {
  readonly testTimeoutMs?: number;
  /** A command that runs the tests, such as one that records what they open. */
  readonly through?: readonly string[];
  /** The rest of the file is not waited for once what was said is enough. */
  readonly isEnough?: (results: readonly Result[]) => boolean;
}

/** What each test of a file of an emitted project says, on the pinned Node and the embedded database. */
export async function runTests(
  root: string,
  testFile: string,
  { testTimeoutMs = TEST_TIMEOUT_MS, through = [], isEnough = () => false }: Options = {},
): Promise<readonly Result[]> {
  const options = [`--test-timeout=${testTimeoutMs}`, `--test-reporter=${reporter}`];
  // The infrastructure is a package of its own, whose tests run within it.
  const [cwd, file] = testFile.startsWith('infra/')
    ? [join(root, 'infra'), testFile.slice('infra/'.length)]
    : [root, testFile];
  const node = join(root, 'node_modules/.bin/node');
  const [command = node, ...args] = [...through, node, ...QUICK_START, '--test', ...options, file];
  const child = spawn(command, args, {
    cwd,
    // A group of its own, so that what it has started ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
      NODE_TEST_CONTEXT: undefined,
      ...EMBEDDED,
      // What a test that is ended half-way leaves behind goes with the project.
      TMPDIR: dirname(root),
    },
  });
  const spinning = setTimeout(() => endGroup(child.pid), FILE_TIMEOUT_MS);
  const results: Result[] = [];
  try {
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith('{')) results.push(JSON.parse(line) as Result);
      if (isEnough(results)) return results;
    }
    return results;
  } finally {
    clearTimeout(spinning);
    if (child.exitCode === null) await ended(child);
  }
}

/** Whatever it has started is gone when this resolves: the next mutant is written into the same files. */
async function ended(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  endGroup(child.pid);
  if (child.exitCode === null && child.signalCode === null) await gone;
}

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}
