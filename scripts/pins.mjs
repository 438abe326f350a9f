// The Actions and images that our workflows and every template run: one table, in templates/*/security/pins/.
//
//   npm run pins                holds every workflow and Dockerfile against the table; asks nobody
//   npm run pins -- --refresh   moves the table and every use of it to the newest releases
//   npm run pins -- --adopt     takes into the table what a bot has moved, if its tag is that commit or digest
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSource } from './import-source.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

// The same code that emitted projects run. Its packages are installed with the templates, except for prettier.
const { runPins } = await importSource('templates/app/scripts/pins.ts', { external: ['prettier'] });
const problems = await runPins([root, ...(await templateFolders())], process.argv.slice(2));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

async function templateFolders() {
  const entries = await readdir(join(root, 'templates'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => join(root, 'templates', name));
}
