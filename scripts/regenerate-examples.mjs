// Rewrites examples/, what `create` and `generate` emit now with its derived files, and test/examples/__snapshots__/,
// what the other preset and each generator make of it. Read the difference before you commit it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What somebody who tried an example has made in it. */
const KEPT = new Set(['node_modules', '.data']);

// What is no longer emitted must not stay.
rmSync(join(root, 'test/examples/__snapshots__'), { recursive: true, force: true });
for (const example of readdirSync(join(root, 'examples'))) {
  const folder = join(root, 'examples', example);
  // Needs the packages of the infrastructure: test/e2e/infra.test.ts draws it, as CONTRIBUTING.md says.
  const drawing = join(folder, 'infra/docs/architecture.md');
  const drawn = existsSync(drawing) ? readFileSync(drawing) : undefined;
  for (const name of readdirSync(folder))
    if (!KEPT.has(name)) rmSync(join(folder, name), { recursive: true });
  if (drawn === undefined) continue;
  mkdirSync(dirname(drawing), { recursive: true });
  writeFileSync(drawing, drawn);
}

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
