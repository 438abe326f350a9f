import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { STAMP, hashInputs } from './build-inputs.mjs';
import { bundle } from './bundle.mjs';
import { bundledPackages } from './bundled-packages.mjs';
import { emitTypes } from './emit-types.mjs';
import { importSource } from './import-source.mjs';
import { packProvenTemplates } from './pack-proven-templates.mjs';
import { printSbom } from './sbom.mjs';
import { notices } from './third-party-notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Writes dist elsewhere and swaps it in, so that a build that fails leaves the last one. */
export async function build() {
  const staging = join(root, `node_modules/.cache/dist.${process.pid}`);
  try {
    await mkdir(staging, { recursive: true });
    const inputs = hashInputs(root);
    await buildInto(staging);
    await rm(join(root, STAMP), { force: true });
    await rm(dist, { recursive: true, force: true });
    await rename(staging, dist);
    await writeFile(join(root, STAMP), `${inputs}\n`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function buildInto(staging) {
  const [code] = await allDone([writeCode(staging), emitTypes(root, join(staging, 'types'))]);
  const packages = await bundledPackages(root, code);
  await writeFile(join(staging, 'THIRD-PARTY-NOTICES.txt'), await notices(root, packages));
  await writeFile(join(staging, 'sbom.cdx.json'), printSbom(await ownManifest(), packages));
}

async function writeCode(staging) {
  const { version } = await ownManifest();
  const digests = await writeData(staging);
  return bundle(root, staging, {
    PACKAGE_VERSION: JSON.stringify(version),
    PACKED_SHA256: JSON.stringify(digests),
  });
}

/** Unlike Promise.all, fails only when nobody writes into the folder any more. */
async function allDone(tasks) {
  const results = await Promise.allSettled(tasks);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return results.map(({ value }) => value);
}

/** What is emitted and pinned, once it is proven. The code that reads it knows its digest. */
async function writeData(staging) {
  const { templates, superset } = await packProvenTemplates(root);
  const { printPack } = await importSource('src/packed-files.ts');
  const contents = [
    ['superset.json.gz', inAscii(superset)],
    ...Object.entries(byGenerator(templates.files)).map(([id, files]) => [
      `templates-${id}.gz`,
      printPack(files),
    ]),
  ];
  const digests = contents.map(async ([file, content]) => [
    file,
    await writePacked(join(staging, file), content),
  ]);
  return Object.fromEntries(await Promise.all(digests));
}

/** A run reads those of the generators it runs, and none of the others. */
function byGenerator(files) {
  const generators = {};
  for (const [path, template] of Object.entries(files)) {
    const id = path.slice(0, path.indexOf('/'));
    generators[id] = { ...generators[id], [path]: template };
  }
  return generators;
}

/** A single dash of prose would make V8 keep the whole text at two bytes a character. */
function inAscii(value) {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @returns the hash of what is read again at run time */
async function writePacked(file, content) {
  const packed = gzipSync(content, { level: 9 });
  await writeFile(file, packed);
  return createHash('sha256').update(packed).digest('hex');
}

async function ownManifest() {
  return JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
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
