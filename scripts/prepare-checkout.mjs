import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STAMP, hashInputs } from './build-inputs.mjs';
import { installIfStale } from './install-if-stale.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const BUILT = ['cli.js', 'run.js', 'templates-app.gz', 'superset.json.gz', 'sbom.cdx.json'];

/** Makes a checkout able to run: its packages, those of the templates and of infra/ if asked, and dist. */
export async function prepare({ templates, infra }) {
  await installIfStale(root, 'this repository');
  if (templates) await installIfStale(join(root, 'templates'), 'the templates');
  if (infra) await installIfStale(join(root, 'templates/infra/infra'), 'the infrastructure');
  if (!(await isBuilt())) await buildNow();
}

async function isBuilt() {
  const dist = join(root, 'dist');
  if (!BUILT.every((file) => existsSync(join(dist, file)))) return false;
  const stamp = await readFile(join(root, STAMP), 'utf8').catch(() => '');
  return stamp.trim() === (await hashInputs(root));
}

async function buildNow() {
  const started = performance.now();
  const { build } = await import('./build.mjs');
  try {
    await build();
  } catch (error) {
    throw Object.assign(error, { sentence: `Building dist failed: ${error.message}` });
  }
  console.error(`Built dist in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}
