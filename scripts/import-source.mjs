import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Loads a TypeScript source of ours on any Node this repository runs on. Given `external`, it bundles all other packages. */
export async function importSource(entry, { external } = {}) {
  const name = `${entry.replaceAll('/', '-')}.${process.pid}.mjs`;
  const outfile = join(root, 'node_modules/.cache', name);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    ...(external ? { external } : { packages: 'external' }),
    logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile, { force: true });
  }
}
