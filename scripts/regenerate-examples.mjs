// Rewrites examples/, what `create` and `generate` emit now with its derived files, and test/examples/__snapshots__/,
// what the other preset and each generator make of it. Read the difference before you commit it.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What somebody who tried an example has made in it. */
const KEPT = new Set(['node_modules', '.data']);

// What is no longer emitted must not stay.
rmSync(join(root, 'test/examples/__snapshots__'), { recursive: true, force: true });
for (const example of readdirSync(join(root, 'examples')))
  for (const name of readdirSync(join(root, 'examples', example)))
    if (!KEPT.has(name)) rmSync(join(root, 'examples', example, name), { recursive: true });

const tests = ['test/examples/golden.test.ts', 'test/examples/changes.test.ts'];

/** @param {readonly string[]} flags */
function run(...flags) {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'examples',
    ...tests,
    ...flags,
  ];
  return spawnSync(process.execPath, args, {
    cwd: root,
    stdio: flags.length ? 'ignore' : 'inherit',
  });
}

// The first run writes the files only as it ends, so that the next one says what is there now.
run('--update');
process.exitCode = run().status ?? 4;
