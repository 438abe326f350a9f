import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { hashInputs } from './build-inputs.mjs';
import { emitTypes } from './emit-types.mjs';
import { packProvenTemplates } from './pack-proven-templates.mjs';
import { notices } from './third-party-notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const ENTRIES = ['src/cli.ts', 'src/index.ts', 'src/plop.ts'];
const OLDEST_NODE = 'node20.19';

const SHEBANG = '#!/usr/bin/env node\n';

/** Bundled CommonJS asks for Node's modules through `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module';" +
  'const require = __createRequire(import.meta.url);';

/** Writes dist elsewhere and swaps it in, so that a build that fails leaves the last one. */
export async function build() {
  const staging = join(root, `node_modules/.cache/dist.${process.pid}`);
  try {
    await mkdir(staging, { recursive: true });
    await buildInto(staging);
    await rm(dist, { recursive: true, force: true });
    await rename(staging, dist);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function buildInto(staging) {
  const inputs = hashInputs(root);
  const [code] = await allDone([
    writeData(staging).then((packed) => bundleCode(staging, packed)),
    emitTypes(root, join(staging, 'types')),
  ]);
  await writeFile(join(staging, 'THIRD-PARTY-NOTICES.txt'), await notices(root, code));
  await writeFile(join(staging, 'inputs.sha256'), `${inputs}\n`);
}

/** Unlike Promise.all, fails only when nobody writes into the folder any more. */
async function allDone(tasks) {
  const results = await Promise.allSettled(tasks);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return results.map(({ value }) => value);
}

async function bundleCode(outdir, packed) {
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
    // Names stay, so that a stack trace and a reviewer of the package can read them.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    define: {
      PACKAGE_VERSION: JSON.stringify(await version()),
      TEMPLATES_SHA256: JSON.stringify(packed.templates),
      SUPERSET_SHA256: JSON.stringify(packed.superset),
    },
    metafile: true,
    logLevel: 'error',
  });
  for (const output of Object.keys(metafile.outputs)) await dropUnusedRequire(join(root, output));
  await makeExecutable(join(outdir, 'cli.js'));
  return metafile;
}

async function version() {
  return JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version;
}

/** Most files hold no CommonJS, and what they do not load does not slow the start. */
async function dropUnusedRequire(file) {
  const text = await readFile(file, 'utf8');
  const rest = text.replace(`${REQUIRE}\n`, '');
  if (!/\brequire\b/.test(rest)) await writeFile(file, rest);
}

async function makeExecutable(file) {
  if (!existsSync(file)) return;
  const text = await readFile(file, 'utf8');
  // It uses nothing of esbuild's helpers, and must start without them: it words what is missing.
  const alone = text.replace(/^import"\.\/chunk-[A-Z0-9]+\.js";/m, '');
  await writeFile(file, alone.startsWith(SHEBANG) ? alone : SHEBANG + alone);
  await chmod(file, 0o755);
}

/** Writes what the code reads at run time, and returns its hashes by name: the code refuses to run with anything else. */
async function writeData(outdir) {
  const [templates, superset] = await Promise.all([
    packProvenTemplates(root),
    readFile(join(root, 'templates/package-lock.json'), 'utf8').then(JSON.parse),
  ]);
  const packed = {};
  for (const [name, value] of Object.entries({ templates, superset })) {
    const text = JSON.stringify(value);
    await writeFile(join(outdir, `${name}.json`), text);
    packed[name] = createHash('sha256').update(text).digest('hex');
  }
  return packed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    await build();
    console.log(`Built dist in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
