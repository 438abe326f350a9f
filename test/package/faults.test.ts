import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { emptyFolder } from '../support/folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { packageFaults } = (await import(
  new URL('../../scripts/package-faults.mjs', import.meta.url).href
)) as { packageFaults: (folder: string, root: string, registry: string) => string[] };

const REGISTRY = 'registry.invalid:4873';
let folder: string;

beforeEach(() => {
  folder = emptyFolder();
  for (const path of ['dist', 'plop.js', 'LICENSE', 'README.md', 'package.json']) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
});

/** Adds to a file of the package; makes one where there is none. */
function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text, { flag: 'a' });
}

function changeManifest(change: object): void {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...change }));
}

test('the package as it is built has no fault', () => {
  expect(packageFaults(folder, root, REGISTRY)).toEqual([]);
});

test.each<[string, () => void, string]>([
  ['a source map', () => write('dist/cli.js.map', '{}'), 'dist/cli.js.map is not meant to ship.'],
  [
    'a test',
    () => write('dist/types/src/guard/scan.test.d.ts', ''),
    'dist/types/src/guard/scan.test.d.ts is not meant to ship.',
  ],
  ['the stamp', () => write('dist/inputs.sha256', ''), 'dist/inputs.sha256 is not meant to ship.'],
  [
    'a link to a source map',
    () => write('dist/index.js', '\n//# sourceMappingURL=index.js.map\n'),
    'dist/index.js holds a source map.',
  ],
  [
    "the builder's folder",
    () => write('dist/run.js', `// ${join(root, 'src/index.ts')}`),
    'dist/run.js holds the folder it was built in.',
  ],
  [
    "the builder's registry",
    () => write('README.md', `https://${REGISTRY}/plop`),
    'README.md holds the registry of who built it.',
  ],
  [
    'nothing for a file',
    () => rmSync(join(folder, 'dist/sbom.cdx.json')),
    'dist/sbom.cdx.json is missing.',
  ],
  [
    'a command that cannot run',
    () => chmodSync(join(folder, 'dist/cli.js'), 0o644),
    'dist/cli.js must be executable.',
  ],
  [
    'data that can',
    () => chmodSync(join(folder, 'dist/index.js'), 0o755),
    'dist/index.js must not be executable.',
  ],
  [
    'a package to install with it',
    () => changeManifest({ dependencies: { x: '1.0.0' } }),
    'package.json has dependencies.',
  ],
  [
    'a script that installing runs',
    () => changeManifest({ scripts: { postinstall: 'x' } }),
    'package.json has a script postinstall.',
  ],
  [
    'more than it may',
    () => write('README.md', ' '.repeat(5 * 1024 * 1024)),
    'bytes, more than 5000000.',
  ],
])('a package that holds %s is not published', (_what, damage, sentence) => {
  damage();
  const faults = packageFaults(folder, root, REGISTRY);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(sentence);
});
