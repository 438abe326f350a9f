import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Examine } from './finding.ts';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const MOST_NAMED = 3;

/** Whether package-lock.json has a hash of everything, and says what package.json asks for. (SUPPLY-1) */
export const lockIntegrity: Examine = (root) => {
  const locked = packagesOf(join(root, 'package-lock.json'));
  if (!locked) {
    return [{ says: 'package-lock.json is missing.', mend: 'git checkout -- package-lock.json' }];
  }
  const bare = names(
    locked,
    ([path, { integrity, link }]) => isPackage(path) && !link && !integrity,
  );
  const asked = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Locked;
  return [
    ...(bare === ''
      ? []
      : [{ says: `The lock has no hash of ${bare}.`, mend: 'git checkout -- package-lock.json' }]),
    ...(asksForTheSame(asked, locked[''])
      ? []
      : [
          {
            says: 'package.json asks for other versions than the lock holds.',
            mend: 'npm install',
          },
        ]),
  ];
};

/** Whether node_modules is what the lock says, going by the record that npm keeps in it. */
export const installedPackages: Examine = (root) => {
  const locked = packagesOf(join(root, 'package-lock.json')) ?? {};
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (!installed) return [{ says: 'The dependencies are not installed.', mend: 'npm ci' }];
  const other = names(
    locked,
    ([path, entry]) =>
      isPackage(path) && !isSame(entry, installed[path]) && !isForElsewhere(entry, installed[path]),
  );
  const more = names(installed, ([path]) => isPackage(path) && !locked[path]);
  const gone = names(
    installed,
    ([path, { link }]) =>
      isPackage(path) && locked[path] !== undefined && !link && !existsSync(join(root, path)),
  );
  return [
    ...(other === '' ? [] : [{ says: `Not installed as locked: ${other}.`, mend: 'npm ci' }]),
    ...(more === '' ? [] : [{ says: `Installed, but in no lock: ${more}.`, mend: 'npm ci' }]),
    ...(gone === '' ? [] : [{ says: `Gone from node_modules: ${gone}.`, mend: 'npm ci' }]),
  ];
};

function packagesOf(file: string): Readonly<Record<string, Locked>> | undefined {
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> }).packages;
}

function names(
  packages: Readonly<Record<string, Locked>>,
  isMeant: (entry: [string, Locked]) => boolean,
): string {
  const meant = Object.entries(packages)
    .filter(isMeant)
    .map(([path]) => path.replace(/^node_modules\//, ''));
  const more = meant.length - MOST_NAMED;
  return meant.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function isPackage(path: string): boolean {
  return /(?:^|\/)node_modules\//.test(path);
}

function isSame(locked: Locked, installed: Locked | undefined): boolean {
  return (
    installed !== undefined &&
    installed.version === locked.version &&
    installed.integrity === locked.integrity
  );
}

// npm leaves out what is for another system.
function isForElsewhere({ optional, os, cpu }: Locked, installed: Locked | undefined): boolean {
  return installed === undefined && (optional === true || os !== undefined || cpu !== undefined);
}

function asksForTheSame(asked: Locked, held: Locked | undefined): boolean {
  return (['dependencies', 'devDependencies', 'optionalDependencies'] as const).every((kind) => {
    const [a, b] = [asked[kind] ?? {}, held?.[kind] ?? {}];
    const all = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...all].every((name) => a[name] === b[name]);
  });
}
