import { createHash } from 'node:crypto';
import { grouped } from '../lock/grouped.ts';
import type { Installed, LockEntry, Lockfile, Manifest } from '../lock/lockfile.ts';
import { IN_MODULES, nameOfFolder, packagesIn } from '../lock/lockfile.ts';
import { licencesOf } from './licences.ts';

/** A package, by what it is and by each folder that it lies in. */
interface Locked {
  readonly purl: string;
  readonly entries: readonly (readonly [string, LockEntry])[];
}

/**
 * What is installed, in CycloneDX 1.6: every package that the lock names, for every system. The same lock makes the same
 * bytes, so that two builds can be compared: no time, and a serial number that follows from the content. (SUPPLY-2)
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
      { ref: root, dependsOn: purlsFrom(lock, ownFolders(lock)) },
      ...locked.map(({ purl, entries }) => ({
        ref: purl,
        dependsOn: purlsFrom(
          lock,
          entries.map(([path]) => path),
        ),
      })),
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

// One version may lie in several folders.
function packagesByPurl(lock: Lockfile): Locked[] {
  const byPurl = grouped(packagesIn(lock), ([path, entry]) => purlOfEntry(path, entry));
  return [...byPurl]
    .map(([purl, entries]) => ({ purl, entries }))
    .toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
}

function componentOf({ purl, entries }: Locked) {
  const [[path, entry]] = entries as [readonly [string, LockEntry]];
  const digest = /^sha512-(?<hash>.+)$/.exec(entry.integrity ?? '')?.groups?.['hash'];
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

// Required as soon as one way to it is; what only developers have runs in no service.
function scopeOf(entries: Locked['entries']): 'required' | 'optional' | 'excluded' {
  if (entries.some(([, one]) => !one.dev && !one.optional && !one.devOptional)) return 'required';
  return entries.every(([, one]) => one.dev) ? 'excluded' : 'optional';
}

// The project itself and its workspaces.
function ownFolders({ packages }: Lockfile): string[] {
  return Object.keys(packages).filter((path) => !path.includes(IN_MODULES));
}

function purlsFrom(lock: Lockfile, folders: readonly string[]): string[] {
  const purls = folders.flatMap((folder) =>
    namesAskedFor(lock.packages[folder] ?? {}, !folder.includes(IN_MODULES))
      .map((name) => nearest(lock, folder, name))
      .filter((path) => path !== undefined)
      .map((path) => purlOfEntry(path, lock.packages[path] ?? {})),
  );
  return [...new Set(purls)].toSorted();
}

function namesAskedFor(entry: LockEntry, isOwn: boolean): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = entry;
  const development = isOwn ? entry.devDependencies : {};
  return Object.keys({
    ...dependencies,
    ...optionalDependencies,
    ...peerDependencies,
    ...development,
  });
}

// As Node resolves: the nearest node_modules upwards that holds the name. A workspace is part of the project.
function nearest({ packages }: Lockfile, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = parentOf(folder)) {
    const path = `${folder === '' ? '' : `${folder}/`}${IN_MODULES}${name}`;
    const found = packages[path];
    if (found !== undefined) return found.link === true ? undefined : path;
    if (folder === '') return undefined;
  }
}

function parentOf(folder: string): string {
  const at = folder.lastIndexOf(`/${IN_MODULES}`);
  if (at >= 0) return folder.slice(0, at);
  return '';
}

function purlOfEntry(path: string, { name, version = '' }: LockEntry): string {
  return purlOf(name ?? nameOfFolder(path), version);
}

function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version.replaceAll('+', '%2B')}`;
}

// Version 8 of RFC 9562: made from content, in a way of our own.
function uuidOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
