import { chmod, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const OLDEST_NODE = 'node20.19';

/** What tells an older Node that it is too old must itself be readable there. */
const OLDEST_READER = 'node12';

/** Bundled CommonJS asks for Node's modules through `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module';" +
  'const require = __createRequire(import.meta.url);';

const SHARED = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  // Names stay, so that a stack trace and a reviewer of the package can read them.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'error',
};

/**
 * Writes the command and the library. `define` holds the constants of src that only a build knows.
 *
 * @returns esbuild's account of every input in every output
 */
export async function bundle(root, outdir, define) {
  const [command, library] = await Promise.all([
    bundleCommand(root, outdir, define),
    bundleLibrary(root, outdir, define),
  ]);
  return { outputs: { ...command.outputs, ...library.outputs } };
}

/** cli.js, which loads run.js once it knows that this Node can read it. */
async function bundleCommand(root, outdir, define) {
  const { metafile } = await build({
    ...SHARED,
    absWorkingDir: root,
    entryPoints: ['src/cli.ts'],
    outdir,
    target: OLDEST_READER,
    // Older Nodes have it behind the same syntax; esbuild's table counts only those without a flag.
    supported: { 'dynamic-import': true },
    banner: { js: '#!/usr/bin/env node' },
    define,
    plugins: [RUN_IS_BESIDE],
  });
  await chmod(join(outdir, 'cli.js'), 0o755);
  return metafile;
}

const RUN_IS_BESIDE = {
  name: 'run.js is beside cli.js',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/commands\/run\.ts$/ }, () => ({
      path: './run.js',
      external: true,
    }));
  },
};

async function bundleLibrary(root, outdir, define) {
  const entries = { run: 'src/commands/run.ts', index: 'src/index.ts', plop: 'src/plop.ts' };
  const { metafile } = await build({
    ...SHARED,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(entries).filter(([, file]) => existsSync(join(root, file))),
    ),
    outdir,
    splitting: true,
    // One flat folder: a chunk finds the templates beside itself, whichever entry loaded it.
    chunkNames: 'chunk-[hash]',
    target: OLDEST_NODE,
    banner: { js: REQUIRE },
    define,
  });
  for (const output of Object.keys(metafile.outputs)) await dropUnusedRequire(join(root, output));
  return metafile;
}

/** Most files hold no CommonJS, and what they do not load does not slow the start. */
async function dropUnusedRequire(file) {
  const text = await readFile(file, 'utf8');
  const rest = text.replace(`${REQUIRE}\n`, '');
  if (!/\brequire\b/.test(rest)) await writeFile(file, rest);
}
