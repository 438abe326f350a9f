import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const ENTRIES = ['index', 'plop'];

/** Declarations of what the package exports; `dist/types/<entry>.d.ts` leads into them. */
export async function emitTypes(root, outdir) {
  const entries = ENTRIES.filter((entry) => existsSync(join(root, `src/${entry}.ts`)));
  if (entries.length === 0) return;
  const config = join(root, `node_modules/.cache/tsconfig.types.${process.pid}.json`);
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  await writeFile(config, JSON.stringify(configFor(root, outdir, entries)));
  try {
    await runCompiler(root, config);
  } finally {
    await rm(config, { force: true });
  }
  for (const entry of entries) await writeFacade(outdir, entry);
  await dropUnreached(outdir, entries);
}

/** `export *` alone would lose a default export. */
async function writeFacade(outdir, entry) {
  const declared = await readFile(join(outdir, `src/${entry}.d.ts`), 'utf8');
  const lines = [`export * from './src/${entry}.js';`];
  if (/^export default /m.test(declared))
    lines.push(`export { default } from './src/${entry}.js';`);
  await writeFile(join(outdir, `${entry}.d.ts`), `${lines.join('\n')}\n`);
}

const REFERENCE = /(?:\bfrom |\bimport\()'(\.[^']*)\.[jt]s'/g;

/** The compiler declares every source it reads; only what a declaration leads to is of use to anyone. */
async function dropUnreached(outdir, entries) {
  const reached = new Set(entries.map((entry) => `${entry}.d.ts`));
  for (const file of reached) {
    const text = await readFile(join(outdir, file), 'utf8');
    for (const [, target] of text.matchAll(REFERENCE)) {
      reached.add(`${join(dirname(file), target)}.d.ts`);
    }
  }
  for (const entry of await readdir(outdir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !reached.has(relative(outdir, path))) await rm(path);
  }
}

function configFor(root, outDir, entries) {
  return {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      // `npm run typecheck` is where a type error stops the work.
      noCheck: true,
      rewriteRelativeImportExtensions: true,
      rootDir: root,
      outDir,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    files: entries.map((entry) => join(root, `src/${entry}.ts`)),
    include: [],
    exclude: [],
  };
}

async function runCompiler(root, config) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const child = spawn(process.execPath, [tsc, '-p', config], { cwd: root });
  const output = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => output.push(bytes));
  const [status] = await once(child, 'close');
  if (status !== 0)
    throw new Error(`tsc could not write the declarations.\n${Buffer.concat(output)}`);
}
