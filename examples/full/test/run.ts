import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentWith } from '../platform/test/support/environment.ts';

const ROOT = new URL('../', import.meta.url);

// One test is hung when all of its file should have been done long ago.
const TIMEOUT_MS = 120_000;

// Each file is a short process with a database engine in WebAssembly, over before optimising it would pay.
const QUICK_START = ['--liftoff-only'];
// Every one of them loads the same packages, so what the first has compiled the others read. Only the user may write there.
const compileCache = mkdtempSync(join(tmpdir(), 'compiled-'));

// These start, kill, restore and lock the service as an operator would, and take longer than all others together.
const WITH_PROCESSES = '{platform,services,test}/**/*.process.test.ts';
const WITHIN_ONE = '{platform,services,test}/**/!(*.process).test.ts';

const { status } = spawnSync(
  process.execPath,
  [
    ...QUICK_START,
    '--test',
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${TIMEOUT_MS}`,
    ...chosen(process.argv.slice(2)),
  ],
  { cwd: ROOT, stdio: 'inherit', env: environmentWith({ NODE_COMPILE_CACHE: compileCache }) },
);
rmSync(compileCache, { recursive: true, force: true });
process.exitCode = status ?? 1;

// Files that are named, or one of the two suites.
function chosen(argv: readonly string[]): readonly string[] {
  if (argv.length > 0 && argv[0] !== '--processes') return argv;
  const pattern = argv.length > 0 ? WITH_PROCESSES : WITHIN_ONE;
  return globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules/**'] }).toSorted();
}
