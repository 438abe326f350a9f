import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One package as npm locked it: an entry of `packages` in a package-lock.json of version 3. */
export interface LockEntry {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly license?: string;
  readonly deprecated?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
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

/** What is installed on its own: the services, and the infrastructure program where there is one. */
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
      manifest: json<Manifest>(join(folder, 'package.json')),
      lock: json<Lockfile>(join(folder, 'package-lock.json')),
    }));
}

export const IN_MODULES = 'node_modules/';

/** What came from outside, by where it lies: neither the project itself nor its workspaces. */
export function packagesIn(lock: Lockfile): readonly (readonly [string, LockEntry])[] {
  return Object.entries(lock.packages).filter(
    ([path, { link }]) => path.includes(IN_MODULES) && link !== true,
  );
}

/** Under which name it is imported, which for an alias is not what it is. */
export function nameOfFolder(path: string): string {
  return path.slice(path.lastIndexOf(IN_MODULES) + IN_MODULES.length);
}

function json<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(file, 'utf8')) as Shape;
}
