import { fileURLToPath } from 'node:url';
import semver from 'semver';
import type { LockEntry, Lockfile, Manifest } from './lockfile.ts';
import { IN_MODULES, installedParts, nameOfFolder, packagesIn, readJson } from './lockfile.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A row of `security/banned-packages.json`. */
export interface Ban {
  readonly name: string;
  readonly range: string;
  readonly why: string;
  // The day on which the row was added.
  readonly added: string;
}

export interface Fault {
  readonly rule: Rule;
  readonly says: string;
}
export type Rule =
  'banned' | 'alias' | 'source' | 'integrity' | 'install-script' | 'unpinned' | 'lock-version';

const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;
// The address of a tarball in npm's registry or in a mirror of it.
const FROM_REGISTRY =
  /^https:\/\/[^?#@]{1,200}\/(?<name>(?:(?:@|%40)[^/?#@]{1,200}(?:\/|%2[fF]))?[^/?#@]{1,200})\/-\/[^/?#]{1,200}\.tgz$/;

/** The faults of a lockfile, at any depth. Needs no network. (SUPPLY-4) */
export function findLockFaults(lock: Lockfile, manifest: Manifest, bans: readonly Ban[]): Fault[] {
  if (lock.lockfileVersion !== 3) {
    const says = 'package-lock.json has another version than 3, the only one this command reads.';
    return [{ rule: 'lock-version', says }];
  }
  return [
    ...packagesIn(lock).flatMap(([path, entry]) => [
      ...findBanned(path, entry, bans),
      ...findAlias(path, entry),
      ...findOtherSource(path, entry),
      ...findMissingHash(path, entry),
      ...findInstallScript(path, entry, manifest),
    ]),
    ...findUnpinned(lock),
  ];
}

// Compare every name of the package: an alias would hide a banned one from the folder's name.
function findBanned(path: string, entry: LockEntry, bans: readonly Ban[]): Fault[] {
  const { name: alias, version = '' } = entry;
  const names = new Set([nameOfFolder(path), alias, publishedAs(entry)]);
  return bans
    .filter(({ name, range }) => names.has(name) && isInRange(version, range))
    .map(({ name, why }) => fault('banned', path, `${name} ${version} is banned: ${why}`));
}

// Throws for an unreadable range, which would ban nothing. An unreadable version could be any one, so it is banned.
function isInRange(version: string, range: string): boolean {
  const readable = new semver.Range(range, { includePrerelease: true });
  return semver.valid(version) === null || readable.test(version);
}

// `"lodash": "npm:something-else@1.0.0"` reads as one package and runs another.
function findAlias(path: string, entry: LockEntry): Fault[] {
  const name = nameOfFolder(path);
  const published = entry.name ?? publishedAs(entry) ?? name;
  return published === name ? [] : [fault('alias', path, `is ${published} under another name`)];
}

function publishedAs({ resolved }: LockEntry): string | undefined {
  const name = FROM_REGISTRY.exec(resolved ?? '')?.groups?.['name'];
  if (name === undefined) return undefined;
  return name.replace('%40', '@').replace(/%2[fF]/, '/');
}

// Without an address npm uses its configured registry: npm can write a lockfile that has none.
function findOtherSource(path: string, { resolved }: LockEntry): Fault[] {
  if (resolved === undefined || FROM_REGISTRY.test(resolved)) return [];
  return [fault('source', path, 'does not come from a registry, so its content can change')];
}

function findMissingHash(path: string, { integrity = '' }: LockEntry): Fault[] {
  if (SHA512.test(integrity)) return [];
  return [fault('integrity', path, 'has no sha512 of its bytes, so it can be swapped')];
}

function findInstallScript(path: string, entry: LockEntry, { allowScripts = {} }: Manifest) {
  if (entry.hasInstallScript !== true) return [];
  const name = entry.name ?? nameOfFolder(path);
  // `false` is a decision too. A script without a decision is the fault.
  if (name in allowScripts || `${name}@${entry.version}` in allowScripts) return [];
  const says = 'has an install script, and allowScripts does not decide whether it runs';
  return [fault('install-script', path, says)];
}

// Only what the project itself asks for: the ranges of packages are narrowed to one version by the lockfile.
function findUnpinned({ packages }: Lockfile): Fault[] {
  const own = Object.entries(packages).filter(([path]) => !path.includes(IN_MODULES));
  const workspaces = new Set(own.map(([, { name }]) => name));
  return own.flatMap(([path, { dependencies, devDependencies, optionalDependencies }]) =>
    Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([name, version]) => semver.valid(version) !== version && !workspaces.has(name))
      .map(([name]) =>
        fault('unpinned', path || 'package.json', `asks for ${name} without one exact version`),
      ),
  );
}

function fault(rule: Rule, path: string, says: string): Fault {
  return { rule, says: `${path.replace(/^node_modules\//, '')}: ${says}` };
}

function main(): void {
  const { banned } = readJson<{ banned: Ban[] }>(`${ROOT}security/banned-packages.json`);
  const lines = installedParts(ROOT).flatMap(({ part, manifest, lock }) =>
    findLockFaults(lock, manifest, banned).map(({ rule, says }) => `${part}  ${rule}  ${says}\n`),
  );
  process.stdout.write(lines.join(''));
  process.exitCode = lines.length > 0 ? 1 : 0;
}

if (import.meta.main) main();
