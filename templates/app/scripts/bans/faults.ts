import { grouped } from '../lock/grouped.ts';
import type { LockEntry, Lockfile, Manifest } from '../lock/lockfile.ts';
import { IN_MODULES, nameOfFolder, packagesIn } from '../lock/lockfile.ts';
import { isInRange } from './range.ts';

export interface Ban {
  readonly name: string;
  readonly range: string;
  readonly why: string;
  // The day it was put here.
  readonly added: string;
}

export interface Fault {
  readonly rule: Rule;
  readonly says: string;
}
export type Rule =
  'banned' | 'alias' | 'source' | 'integrity' | 'install-script' | 'unpinned' | 'lock-version';

const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
// What every registry serves, npm's own and a mirror of it; a tarball from elsewhere has another address.
const FROM_REGISTRY =
  /^https:\/\/[^?#@]+\/(?<name>(?:(?:@|%40)[^/?#@]+(?:\/|%2[fF]))?[^/?#@]+)\/-\/[^/?#]+\.tgz$/;

/** What a lock holds that it must not, at any depth. Needs no network and no package, and so runs before an install. (SUPPLY-4) */
export function faultsOf(lock: Lockfile, manifest: Manifest, bans: readonly Ban[]): Fault[] {
  if (lock.lockfileVersion !== 3) {
    return [
      {
        rule: 'lock-version',
        says: 'package-lock.json is not of version 3, the one that is read here.',
      },
    ];
  }
  const byName = grouped(bans, ({ name }) => name);
  return [
    ...packagesIn(lock).flatMap(([path, entry]) => [
      ...banned(path, entry, byName),
      ...renamed(path, entry),
      ...fromElsewhere(path, entry),
      ...unhashed(path, entry),
      ...scripted(path, entry, manifest),
    ]),
    ...unpinned(lock),
  ];
}

// Under whatever name it is imported: what it is called where it was published counts too.
function banned(
  path: string,
  entry: LockEntry,
  bans: ReadonlyMap<string, readonly Ban[]>,
): Fault[] {
  const names = new Set([nameOfFolder(path), entry.name, publishedAs(entry)]);
  return [...names]
    .flatMap((name = '') => bans.get(name) ?? [])
    .filter(({ range }) => isInRange(entry.version ?? '', range))
    .map(({ name, why }) => fault('banned', path, `${name} ${entry.version} is banned: ${why}`));
}

// `"lodash": "npm:something-else@1.0.0"` reads as one package and runs another.
function renamed(path: string, entry: LockEntry): Fault[] {
  const name = nameOfFolder(path);
  const published = entry.name ?? publishedAs(entry) ?? name;
  return published === name ? [] : [fault('alias', path, `is ${published} under another name`)];
}

function publishedAs({ resolved }: LockEntry): string | undefined {
  const name = FROM_REGISTRY.exec(resolved ?? '')?.groups?.['name'];
  if (name === undefined) return undefined;
  return name.replace('%40', '@').replace(/%2[fF]/, '/');
}

// No address means the registry that npm is set to: a lock may be written without any.
function fromElsewhere(path: string, { resolved }: LockEntry): Fault[] {
  if (resolved === undefined || FROM_REGISTRY.test(resolved)) return [];
  return [fault('source', path, 'comes from no registry, but from a place that can change')];
}

function unhashed(path: string, { integrity = '' }: LockEntry): Fault[] {
  if (SHA512.test(integrity)) return [];
  return [fault('integrity', path, 'carries no sha512 of its bytes, so it could be swapped')];
}

function scripted(path: string, entry: LockEntry, { allowScripts = {} }: Manifest): Fault[] {
  if (entry.hasInstallScript !== true) return [];
  const name = entry.name ?? nameOfFolder(path);
  // Saying no counts as well: what must not happen is a script that nobody was asked about.
  if (name in allowScripts || `${name}@${entry.version}` in allowScripts) return [];
  return [
    fault(
      'install-script',
      path,
      'runs a script when it is installed, and allowScripts does not say whether it may',
    ),
  ];
}

// What the project itself asks for; packages ask for ranges, which the lock has narrowed to one version.
function unpinned({ packages }: Lockfile): Fault[] {
  const own = Object.entries(packages).filter(([path]) => !path.includes(IN_MODULES));
  const inside = new Set(own.map(([, { name }]) => name));
  return own.flatMap(([path, { dependencies, devDependencies, optionalDependencies }]) =>
    Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([name, version]) => !EXACT.test(version) && !inside.has(name))
      .map(([name]) =>
        fault(
          'unpinned',
          path === '' ? 'package.json' : path,
          `asks for ${name} without one exact version`,
        ),
      ),
  );
}

function fault(rule: Rule, path: string, says: string): Fault {
  return { rule, says: `${path.replace(/^node_modules\//, '')}: ${says}` };
}
