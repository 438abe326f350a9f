// Rewrites examples/: what `create` emits now, with its derived files. Read the difference before you commit it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const result = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'examples',
    'test/examples/golden.test.ts',
    '--update',
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = result.status ?? 4;
