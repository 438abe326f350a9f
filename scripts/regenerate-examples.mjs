// Rewrites examples/, what `create` emits now with its derived files, and test/examples/__snapshots__/, what the other
// preset and each generator make of it. Read the difference before you commit it.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// What is no longer emitted must not stay.
rmSync(new URL('../test/examples/__snapshots__', import.meta.url), {
  recursive: true,
  force: true,
});

const result = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'examples',
    'test/examples/golden.test.ts',
    'test/examples/changes.test.ts',
    '--update',
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = result.status ?? 4;
