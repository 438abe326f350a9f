import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { hashInputs } from './build-inputs.mjs';
import { emitTypes } from './emit-types.mjs';
import { importSource } from './import-source.mjs';
import { notices } from './third-party-notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const ENTRIES = ['src/cli.ts', 'src/index.ts', 'src/plop.ts'];
const OLDEST_NODE = 'node20.19';

/** Bundled CommonJS asks for Node's modules through `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module';" +
  'const require = __createRequire(import.meta.url);';

/** Writes dist beside itself and swaps it in, so that a build that fails leaves the last one. */
export async function build({ types = true } = {}) {
  const staging = join(root, `dist.${process.pid}`);
  try {
    await mkdir(staging);
    await buildInto(staging, types);
    await rm(dist, { recursive: true, force: true });
    await rename(staging, dist);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function buildInto(staging, types) {
  const inputs = hashInputs(root);
  const code = bundleCode(staging);
  await Promise.all([
    code,
    writeTemplates(staging),
    writeSuperset(staging),
    types ? emitTypes(root, join(staging, 'types')) : undefined,
  ]);
  await writeFile(join(staging, 'THIRD-PARTY-NOTICES.txt'), await notices(root, await code));
  await writeFile(join(staging, 'inputs.sha256'), `${inputs}\n`);
}

async function bundleCode(outdir) {
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: ENTRIES.filter((entry) => existsSync(join(root, entry))),
    outdir,
    bundle: true,
    splitting: true,
    // One flat folder: a chunk finds templates.json beside itself, whichever entry loaded it.
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'node',
    target: OLDEST_NODE,
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    metafile: true,
    logLevel: 'error',
  });
  if (existsSync(join(outdir, 'cli.js'))) await chmod(join(outdir, 'cli.js'), 0o755);
  return metafile;
}

async function writeTemplates(outdir) {
  const { packTemplates } = await importSource('src/pack-templates.ts');
  const packed = await packTemplates(join(root, 'templates'));
  await writeFile(join(outdir, 'templates.json'), JSON.stringify(packed));
}

async function writeSuperset(outdir) {
  const lock = await readFile(join(root, 'templates/package-lock.json'), 'utf8');
  await writeFile(join(outdir, 'superset.json'), JSON.stringify(JSON.parse(lock)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  await build();
  console.log(`Built dist in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}
