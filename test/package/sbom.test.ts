import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bomValidator } from '../support/cyclonedx.ts';
import { emptyFolderForFile } from '../support/folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(new URL(path, `file://${root}`), 'utf8');

interface Component {
  readonly 'bom-ref': string;
  readonly purl: string;
  readonly licenses: readonly { readonly license?: { readonly id: string } }[];
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
}
interface Sbom {
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
interface Bundled {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly integrity: string;
  readonly asks: readonly string[];
}
type Metafile = {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
};

const script = <T>(name: string): Promise<T> =>
  import(new URL(`../../scripts/${name}.mjs`, import.meta.url).href) as Promise<T>;
const { bundle } = await script<{
  bundle: (root: string, outdir: string, define: Record<string, string>) => Promise<Metafile>;
}>('bundle');
const { bundledPackages } = await script<{
  bundledPackages: (root: string, metafile: Metafile) => Promise<Bundled[]>;
}>('bundled-packages');
const { printSbom } = await script<{
  printSbom: (manifest: object, packages: readonly Bundled[]) => string;
}>('sbom');

const text = read('dist/sbom.cdx.json');
const sbom = JSON.parse(text) as Sbom;
const manifest = JSON.parse(read('package.json')) as { name: string; version: string };
const metafile = await bundle(root, emptyFolderForFile(), {
  PACKAGE_VERSION: '""',
  PACKED_SHA256: '{}',
});

/** `name@version` of every folder in node_modules that gave the bundle a byte, by esbuild's own account. */
const inBundle = new Set(
  Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path.split('/'))
    .filter((parts) => parts.includes('node_modules'))
    .map((parts) => {
      const at = parts.lastIndexOf('node_modules') + 1;
      const end = parts[at]?.startsWith('@') ? at + 2 : at + 1;
      const { name, version } = JSON.parse(
        read([...parts.slice(0, end), 'package.json'].join('/')),
      ) as { name: string; version: string };
      return `${name}@${version}`;
    }),
);

describe('the bill of materials', () => {
  test('is CycloneDX 1.6, by the published schema', () => {
    const faultOf = bomValidator();
    expect(faultOf(sbom)).toBeUndefined();
    expect(faultOf({ ...sbom, specVersion: 1.6 })).toBeDefined();
    const [first, ...rest] = sbom.components;
    expect(
      faultOf({ ...sbom, components: [...rest, { ...first, type: 'package' }] }),
    ).toBeDefined();
  });

  test('names every package whose code is bundled, and no other', () => {
    const named = sbom.components.map(({ purl }) =>
      decodeURIComponent(purl.slice('pkg:npm/'.length)),
    );
    expect(named.toSorted()).toEqual([...inBundle].toSorted());
    expect(new Set(named).size).toBe(named.length);
  });

  test('agrees with the notices that ship beside it', () => {
    const noticed = read('dist/THIRD-PARTY-NOTICES.txt').matchAll(
      /^-{78}\n(\S+) (\S+) \(.+\)\n-{78}$/gm,
    );
    const names = new Set([...noticed].map(([, name, version]) => `${name}@${version}`));
    expect([...names].toSorted()).toEqual([...inBundle].toSorted());
  });

  test('gives each package the hash and version of our lock', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { version?: string; integrity?: string }>;
    };
    const locked = new Set(
      Object.entries(lock.packages).map(([location, { version, integrity = '' }]) => {
        const name = location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length);
        const hex = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
        return `pkg:npm/${name.replace('@', '%40')}@${version} ${hex}`;
      }),
    );
    for (const { purl, hashes } of sbom.components) {
      expect(hashes.map(({ alg }) => alg)).toEqual(['SHA-512']);
      expect(locked).toContain(`${purl} ${hashes[0]?.content}`);
    }
  });

  test('leads from this package to each of them', () => {
    const own = sbom.metadata.component;
    expect(own.purl).toBe(`pkg:npm/${manifest.name}@${manifest.version}`);
    const edges = new Map(sbom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set([own['bom-ref']]);
    for (const ref of reached) for (const next of edges.get(ref) ?? []) reached.add(next);
    const all = [own, ...sbom.components].map((component) => component['bom-ref']);
    expect([...reached].toSorted()).toEqual(all.toSorted());
    expect([...edges.keys()].toSorted()).toEqual(all.toSorted());
  });

  test('follows from its content, number included', async () => {
    const packages = await bundledPackages(root, metafile);
    expect(printSbom(manifest, packages)).toBe(text);
    const fewer = JSON.parse(printSbom(manifest, packages.slice(1))) as Sbom;
    expect(fewer.serialNumber).not.toBe(sbom.serialNumber);
  });
});

describe('bundling a package', () => {
  test.each([
    ['whose licence asks for more than a notice', { license: 'GPL-3.0-only' }, 'licence'],
    ['of another version than the lock pins', { version: '9.9.9' }, 'not what package-lock'],
  ])('%s stops the build', async (_what, change, sentence) => {
    const folder = emptyFolderForFile();
    const locked = { version: '1.0.0', integrity: 'sha512-AAAA' };
    mkdirSync(`${folder}/node_modules/x`, { recursive: true });
    writeFileSync(
      `${folder}/package-lock.json`,
      JSON.stringify({ packages: { 'node_modules/x': locked } }),
    );
    const write = (more: object): void =>
      writeFileSync(
        `${folder}/node_modules/x/package.json`,
        JSON.stringify({ name: 'x', version: '1.0.0', license: 'MIT', ...more }),
      );
    const used: Metafile = {
      outputs: { 'o.js': { inputs: { 'node_modules/x/index.js': { bytesInOutput: 1 } } } },
    };
    write({});
    expect(await bundledPackages(folder, used)).toHaveLength(1);
    write(change);
    await expect(bundledPackages(folder, used)).rejects.toThrow(sentence);
  });
});
