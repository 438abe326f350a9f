import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Versions = Readonly<Record<string, string>>;

/** One entry of `packages` in a package-lock.json of version 3. */
export interface LockEntry {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly peerDependencies?: Versions;
}

export interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** A part of the project with a lockfile of its own: the services, and the infrastructure if there is one. */
export interface Installed {
  readonly part: 'services' | 'infra';
  readonly folder: string;
  readonly manifest: Manifest;
  readonly lock: Lockfile;
}

export function installedParts(root: string): readonly Installed[] {
  const parts = [
    { part: 'services', folder: root },
    { part: 'infra', folder: join(root, 'infra') },
  ] as const;
  return parts
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .map(({ part, folder }) => ({
      part,
      folder,
      manifest: readJson<Manifest>(join(folder, 'package.json')),
      lock: readJson<Lockfile>(join(folder, 'package-lock.json')),
    }));
}

export const IN_MODULES = 'node_modules/';

/** The packages from outside, by their folder: neither the project itself nor its workspaces. */
export function packagesIn(lock: Lockfile): readonly (readonly [string, LockEntry])[] {
  return Object.entries(lock.packages).filter(
    ([path, { link }]) => path.includes(IN_MODULES) && link !== true,
  );
}

/** The name that imports use. The name of an aliased package is another one. */
export function nameOfFolder(path: string): string {
  return path.slice(path.lastIndexOf(IN_MODULES) + IN_MODULES.length);
}

export function readJson<Shape>(file: string | URL): Shape {
  return JSON.parse(readFileSync(file, 'utf8')) as Shape;
}
