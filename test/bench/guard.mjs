import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { copiedCli } from './installed.mjs';
import { timed } from './measure/child.mjs';
import { interleave } from './measure/interleave.mjs';
import { printTable, ratio } from './measure/table.mjs';
import { NODES, ROOT, RUN } from './place.mjs';

const ROUNDS = 9;
const DEEP_FILES = 200;
const NOT_SCANNED = new Set(['package-lock.json', 'secure-app.json']);

const run = promisify(execFile);
const WORKER = fileURLToPath(new URL('guard/worker.mjs', import.meta.url));
const HASH = 'floor: SHA-256 of the same files';
const LOAD = 'loading the guard';
const SCAN = 'answers and rendered files of create';
const PARSE = 'floor: parsing the 200 files (Babel)';
const DEEP = 'deep scan of the 200 files';

export async function bench() {
  const dist = dirname(await copiedCli());
  const guard = await bundled('src/guard/index.ts', join(dist, 'bench-guard'));
  const parser = await bundled('src/guard/syntax/parse.ts', join(dist, 'bench-parse'));
  const emitted = await emittedFiles(dist);
  const rendered = await kept('rendered.json', await unproven(emitted, dist));
  const deep = await kept('deep.json', manySources(emitted));

  for (const { path, version } of Object.values(NODES)) {
    const worker = (name, ...args) => ({ name, measure: () => inProcess(path, args) });
    const figures = await interleave(
      [
        worker(HASH, 'hash', guard, rendered),
        worker(LOAD, 'load', guard, rendered),
        worker(SCAN, 'scan', guard, rendered),
        worker(PARSE, 'parse', parser, deep),
        worker(DEEP, 'deep', guard, deep),
      ],
      ROUNDS,
    );
    print(version, figures);
  }
}

/**
 * @param {string} entry
 * @param {string} outdir
 */
async function bundled(entry, outdir) {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: 'error',
  });
  const [file = ''] =
    Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry) ?? [];
  return pathToFileURL(join(ROOT, file)).href;
}

/**
 * @param {string} name
 * @param {unknown} value
 */
async function kept(name, value) {
  const file = join(RUN, name);
  await writeFile(file, JSON.stringify(value));
  return file;
}

/** @typedef {{ path: string, content: string }} File */

/**
 * What `create` writes with the default preset.
 *
 * @param {string} dist
 * @returns {Promise<File[]>}
 */
async function emittedFiles(dist) {
  const command = [process.execPath, join(dist, 'cli.js'), 'guarded', '--yes'];
  await timed([...command, '--no-install', '--no-git'], RUN);
  const root = join(RUN, 'guarded');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({
      path: relative(root, path),
      content: await readFile(path, 'utf8'),
    })),
  );
}

/**
 * The files that `create` does not compare by hash, and therefore scans.
 *
 * @param {readonly File[]} emitted
 * @param {string} dist
 */
async function unproven(emitted, dist) {
  const { readPack } = await import(await bundled('src/packed-files.ts', join(dist, 'bench-pack')));
  const packed = (await readdir(dist)).filter((name) => name.startsWith('templates-'));
  const files = await Promise.all(
    packed.map(async (name) => readPack(gunzipSync(await readFile(join(dist, name))))),
  );
  const proven = new Set(files.flatMap((file) => [...file.values()].map(({ text }) => text)));
  return emitted.filter(({ path, content }) => !proven.has(content) && !NOT_SCANNED.has(path));
}

/**
 * As many TypeScript files as a larger project has: those of this one, over and over.
 *
 * @param {readonly File[]} emitted
 */
function manySources(emitted) {
  const sources = emitted.filter(({ path }) => path.endsWith('.ts'));
  return Array.from({ length: DEEP_FILES }, (_, index) => {
    const { path, content } = sources[index % sources.length];
    return { path, content };
  });
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 */
async function inProcess(node, args) {
  const { stdout } = await run(node, [WORKER, ...args]);
  return JSON.parse(stdout);
}

/**
 * @param {string} version
 * @param {Map<string, import('./measure/interleave.mjs').Figures>} figures
 */
function print(version, figures) {
  const floors = { [SCAN]: figures.get(HASH)?.cpu, [DEEP]: figures.get(PARSE)?.cpu };
  printTable(
    [`Node ${version}, a fresh process each, ms`, 'CPU', 'least CPU', 'wall', '/ floor'],
    [...figures].map(([name, { cpu, fastest, wall }]) => [
      name,
      cpu.toFixed(1),
      fastest.toFixed(1),
      wall.toFixed(1),
      ratio(cpu, floors[name]),
    ]),
  );
}
