import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Installed, LockEntry, Lockfile, Manifest } from './lockfile.ts';
import { IN_MODULES, installedParts, nameOfFolder, packagesIn } from './lockfile.ts';

/** One version of a package, with every folder that holds it. */
interface Locked {
  readonly purl: string;
  readonly entries: readonly (readonly [string, LockEntry])[];
}

/**
 * The packages of the lockfile, for every system, as CycloneDX 1.6. Two builds can be compared: the same lockfile gives the
 * same bytes, without a timestamp and with a serial number derived from the content. (SUPPLY-2)
 */
export function printSbom({ part, manifest, lock }: Installed): string {
  const root = purlOf(manifest.name, manifest.version ?? '0.0.0');
  const locked = packagesByPurl(lock);
  const content = {
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: { type: 'application', ...identityOf(root, manifest) },
      properties: [{ name: 'npm:package-lock', value: part }],
    },
    components: locked.map(componentOf),
    dependencies: [
      { ref: root, dependsOn: purlsFrom(lock, projectFolders(lock)) },
      ...locked.map(({ purl, entries }) => {
        const folders = entries.map(([path]) => path);
        return { ref: purl, dependsOn: purlsFrom(lock, folders) };
      }),
    ],
    compositions: [{ aggregate: 'complete', assemblies: [root] }],
  };
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    ...content,
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function packagesByPurl(lock: Lockfile): Locked[] {
  const byPurl = new Map<string, (readonly [string, LockEntry])[]>();
  for (const [path, entry] of packagesIn(lock)) {
    const purl = purlOfEntry(path, entry);
    byPurl.set(purl, [...(byPurl.get(purl) ?? []), [path, entry]]);
  }
  return [...byPurl]
    .map(([purl, entries]) => ({ purl, entries }))
    .toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
}

function componentOf({ purl, entries }: Locked) {
  const [[path, entry]] = entries as [readonly [string, LockEntry]];
  const [, digest] = /^sha512-(.+)$/.exec(entry.integrity ?? '') ?? [];
  return {
    type: 'library',
    ...identityOf(purl, { name: entry.name ?? nameOfFolder(path), version: entry.version ?? '' }),
    scope: scopeOf(entries),
    ...(digest && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    }),
    licenses: licencesOf(entry.license),
  };
}

function identityOf(purl: string, { name, version = '0.0.0' }: Pick<Manifest, 'name' | 'version'>) {
  const [plain = name, group] = name.split('/').toReversed();
  return { 'bom-ref': purl, ...(group !== undefined && { group }), name: plain, version, purl };
}

// Required if one of its folders is. A development dependency is not part of a running service.
function scopeOf(entries: Locked['entries']): 'required' | 'optional' | 'excluded' {
  if (entries.some(([, one]) => !one.dev && !one.optional && !one.devOptional)) return 'required';
  return entries.every(([, one]) => one.dev) ? 'excluded' : 'optional';
}

function projectFolders({ packages }: Lockfile): string[] {
  return Object.keys(packages).filter((path) => !path.includes(IN_MODULES));
}

function purlsFrom(lock: Lockfile, folders: readonly string[]): string[] {
  const purls = folders.flatMap((folder) => {
    const { devDependencies, ...entry } = lock.packages[folder] ?? {};
    const own = folder.includes(IN_MODULES) ? {} : devDependencies;
    const { dependencies, optionalDependencies, peerDependencies } = entry;
    return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies, ...own })
      .map((name) => resolvePackage(lock, folder, name))
      .filter((path) => path !== undefined)
      .map((path) => purlOfEntry(path, lock.packages[path] ?? {}));
  });
  return [...new Set(purls)].toSorted();
}

// Resolves as Node does: the nearest node_modules upwards that holds the name. A workspace is not a package.
function resolvePackage({ packages }: Lockfile, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = parentOf(folder)) {
    const path = `${folder === '' ? '' : `${folder}/`}${IN_MODULES}${name}`;
    const found = packages[path];
    if (found !== undefined) return found.link === true ? undefined : path;
    if (folder === '') return undefined;
  }
}

function parentOf(folder: string): string {
  return folder.slice(0, Math.max(0, folder.lastIndexOf(`/${IN_MODULES}`)));
}

function purlOfEntry(path: string, { name, version = '' }: LockEntry): string {
  return purlOf(name ?? nameOfFolder(path), version);
}

function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version.replaceAll('+', '%2B')}`;
}

// Version 8 of RFC 9562: a custom UUID, here derived from the content.
function uuidOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  const ends = `${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${ends}`;
}

// The SPDX ids that packages name. Readers reject an unknown id, but accept any text as a name.
const SPDX_IDS = `0BSD AFL-2.1 Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause
  BSL-1.0 CC-BY-3.0 CC-BY-4.0 CC0-1.0 EPL-2.0 ISC MIT MIT-0 MPL-2.0 PostgreSQL Python-2.0
  Unicode-3.0 Unlicense WTFPL Zlib`.split(/\s+/);

export function licencesOf(stated: string | undefined): readonly object[] {
  if (stated === undefined || stated === '') return [];
  if (SPDX_IDS.includes(stated)) return [{ license: { id: stated } }];
  const words = stated.replaceAll(/[()]/g, ' ').trim().split(/\s+/);
  const isExpression =
    words.length > 1 && words.every((word) => [...SPDX_IDS, 'AND', 'OR'].includes(word));
  return [isExpression ? { expression: stated } : { license: { name: stated } }];
}

// Reads the lockfiles only, so it runs before an install.
function main(): void {
  const folder = new URL('../sbom/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const installed of installedParts(fileURLToPath(new URL('../', import.meta.url)))) {
    writeFileSync(new URL(`${installed.part}.cdx.json`, folder), printSbom(installed));
    process.stdout.write(`sbom/${installed.part}.cdx.json\n`);
  }
}

if (import.meta.main) main();
