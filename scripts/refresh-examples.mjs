// Writes examples/ anew with the built CLI. What a project computes for itself, and what npm
// installed there, stays; a file that is no longer emitted goes.
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLES = { minimal: ['--preset', 'minimal'] };
const MANIFEST = 'secure-app.json';

const root = fileURLToPath(new URL('..', import.meta.url));
const staging = await mkdtemp(join(tmpdir(), 'examples-'));
try {
  for (const [name, answers] of Object.entries(EXAMPLES)) await refresh(name, answers);
} finally {
  await rm(staging, { recursive: true, force: true });
}

async function refresh(name, answers) {
  const [fresh, kept] = [join(staging, name), join(root, 'examples', name)];
  create(fresh, answers);
  const emitted = await emittedIn(fresh);
  for (const path of await emittedIn(kept)) {
    if (!emitted.has(path)) await rm(join(kept, path), { force: true });
  }
  await cp(fresh, kept, { recursive: true });
  console.log(`examples/${name}: ${emitted.size} files`);
}

function create(folder, answers) {
  const options = ['--yes', '--no-install', '--no-git', ...answers];
  const { status } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), folder, ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 4);
}

async function emittedIn(folder) {
  const manifest = await readFile(join(folder, MANIFEST), 'utf8').catch(() => '{"files":{}}');
  return new Set(Object.keys(JSON.parse(manifest).files));
}
