import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { environmentWith } from '@app/platform/testing/environment';
import { ROOT } from '../scripts/derive/root.ts';

// One test is hung when all of its file should have been done long ago.
const TIMEOUT_MS = 120_000;

const SUITES = ['platform', 'services', 'test'];

// Each file is a short process with a database engine in WebAssembly, over before optimising it would pay.
const QUICK_START = ['--liftoff-only'];
// Every one of them loads the same packages, so what the first has compiled the others read.
const COMPILE_CACHE = fileURLToPath(new URL('node_modules/.cache/compiled/', ROOT));

const chosen = process.argv.slice(2);
const files = chosen.length > 0 ? chosen : SUITES.map((suite) => `${suite}/**/*.test.ts`);

const { status } = spawnSync(
  process.execPath,
  [
    ...QUICK_START,
    '--test',
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${TIMEOUT_MS}`,
    ...files,
  ],
  { cwd: ROOT, stdio: 'inherit', env: environmentWith({ NODE_COMPILE_CACHE: COMPILE_CACHE }) },
);
process.exitCode = status ?? 1;
