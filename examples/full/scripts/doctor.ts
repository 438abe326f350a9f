import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { claimsOn, isLive } from '../platform/src/database/claim.ts';
import type { LockEntry, Lockfile } from './lockfile.ts';
import { IN_MODULES, asksForSame, isInstalled, readJson } from './lockfile.ts';

/** A problem of the checkout, in one sentence, and the command that mends it. */
export interface Finding {
  readonly says: string;
  readonly mend: string;
}

/** Looks at the checkout below `root` and changes nothing. */
export type Check = (root: string) => Promise<readonly Finding[]> | readonly Finding[];

const WITHOUT_PACKAGES: readonly Check[] = [
  checkNpmSettings,
  checkLock,
  checkInstalled,
  checkDataFolder,
  checkGitHooks,
  checkTrackedSecrets,
  checkManagedFiles,
];
// These import packages, so they run only when the locked packages are installed.
const WITH_PACKAGES: readonly Check[] = [checkDerivedFiles, checkMigrations, checkPort];

export async function main(): Promise<number> {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const runAll = async (checks: readonly Check[]): Promise<readonly Finding[]> =>
    (await Promise.all(checks.map((check) => check(root)))).flat();
  const findings = [...(await runAll(WITHOUT_PACKAGES))];
  if (checkInstalled(root).length === 0) findings.push(...(await runAll(WITH_PACKAGES)));
  for (const { says, mend } of findings) process.stdout.write(`${says}\n  mend: ${mend}\n`);
  if (findings.length === 0) process.stdout.write('Nothing is wrong with this checkout.\n');
  return findings.length === 0 ? 0 : 1;
}

function findingIf(isFound: boolean, says: string, mend: string): readonly Finding[] {
  return isFound ? [{ says, mend }] : [];
}

// These settings keep a malicious release out at the next install. (SUPPLY-1)
const NPM_SETTINGS =
  'save-exact strict-allow-scripts allow-git allow-remote allow-file min-release-age'.split(' ');

/** npm must obey `.npmrc`: an old npm ignores unknown settings, and the environment overrides them. */
export function checkNpmSettings(root: string): readonly Finding[] {
  const written = settingsOf(join(root, '.npmrc'));
  const missing = NPM_SETTINGS.filter((name) => !written.has(name)).join(', ');
  if (missing !== '')
    return [{ says: `.npmrc no longer sets ${missing}.`, mend: 'git checkout -- .npmrc' }];
  // The shell finds npm under each system's name for it. The command is a constant.
  const npm = spawnSync('npm config list --json', { cwd: root, shell: true, encoding: 'utf8' });
  if (npm.status !== 0) return [{ says: 'npm does not run here.', mend: 'node --version' }];
  const effective = JSON.parse(npm.stdout) as Record<string, unknown>;
  return [...written].flatMap(([name, value]) => findOverride(name, value, effective, npm.stderr));
}

function settingsOf(file: string): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = text.split('\n').filter((line) => /^[a-z-]+=/.test(line));
  return new Map(lines.map((line) => line.trim().split('=', 2) as [string, string]));
}

export function findOverride(
  name: string,
  value: string,
  effective: Readonly<Record<string, unknown>>,
  warnings: string,
): readonly Finding[] {
  if (warnings.includes(`Unknown project config "${name}"`)) {
    const says = `This npm does not know ${name}, which .npmrc relies on.`;
    return [{ says, mend: 'install the newest Node 24 with the npm that comes with it' }];
  }
  return findingIf(
    String(effective[name]) !== value,
    `npm runs with another ${name} than .npmrc says: the environment or a flag overrides it.`,
    `unset npm_config_${name.replaceAll('-', '_')}`,
  );
}

type Packages = Lockfile['packages'];

/** package-lock.json must have a hash of every package, and match package.json. (SUPPLY-1) */
export function checkLock(root: string): readonly Finding[] {
  const checkout = 'git checkout -- package-lock.json';
  const locked = packagesOf(join(root, 'package-lock.json'));
  if (!locked) return [{ says: 'package-lock.json is missing.', mend: checkout }];
  const unhashed = namesOf(locked, (_path, { integrity, link }) => !link && !integrity);
  const manifest = readJson<LockEntry>(join(root, 'package.json'));
  const otherVersions = 'package.json asks for other versions than the lock holds.';
  return [
    ...findingIf(unhashed !== '', `The lock has no hash of ${unhashed}.`, checkout),
    ...findingIf(!asksForSame(manifest, locked['']), otherVersions, 'npm install'),
  ];
}

/** node_modules must hold the locked packages, by the record that npm keeps in it. */
export function checkInstalled(root: string): readonly Finding[] {
  const locked = packagesOf(join(root, 'package-lock.json')) ?? {};
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (!installed) return [{ says: 'The dependencies are not installed.', mend: 'npm ci' }];
  const found: Readonly<Record<string, string>> = {
    'Not installed as locked': namesOf(locked, (path, one) => !isInstalled(one, installed[path])),
    'Installed, but in no lock': namesOf(installed, (path) => !locked[path]),
    'Gone from node_modules': namesOf(
      installed,
      (path, { link }) => locked[path] !== undefined && !link && !existsSync(join(root, path)),
    ),
  };
  return Object.entries(found).flatMap(([what, names]) =>
    findingIf(names !== '', `${what}: ${names}.`, 'npm ci'),
  );
}

function packagesOf(lockfile: string): Packages | undefined {
  return existsSync(lockfile) ? readJson<Lockfile>(lockfile).packages : undefined;
}

const MOST_NAMED = 3;

function namesOf(packages: Packages, isMeant: (path: string, entry: LockEntry) => boolean): string {
  const names = Object.entries(packages)
    .filter(([path, entry]) => path.includes(IN_MODULES) && isMeant(path, entry))
    .map(([path]) => path.replace(/^node_modules\//, ''));
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const GROUP_AND_OTHERS = 0o077;

/** Only the owner may read the data, and a process that no longer runs must not claim it. */
export async function checkDataFolder(root: string): Promise<readonly Finding[]> {
  const data = join(root, '.data');
  if (!existsSync(data)) return [];
  const folders = readdirSync(data)
    .map((name) => join(data, name))
    .filter((path) => statSync(path).isDirectory());
  const isOpen = folders.some((folder) => (statSync(folder).mode & GROUP_AND_OTHERS) !== 0);
  const says = 'Others on this machine may read .data.';
  const claims = await Promise.all([data, ...folders].map(findStaleClaims));
  return [
    ...findingIf(process.platform !== 'win32' && isOpen, says, 'chmod -R go= .data'),
    ...claims.flat(),
  ];
}

async function findStaleClaims(folder: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, host, claim } of await claimsOn(folder)) {
    const isHere = host === hostname();
    if (isHere && (await isLive(claim))) continue;
    const says = isHere
      ? `A process that was killed left its claim on ${folder}.`
      : `A process on ${host} claims ${folder}: no other process opens it until that claim is gone.`;
    findings.push({ says, mend: `rm ${join(folder, name)}` });
  }
  return findings;
}

/** git skips a hook that it cannot run, without a warning. */
export function checkGitHooks(root: string): readonly Finding[] {
  const [configured] = git(root, 'config', '-z', '--get', 'core.hooksPath');
  const [folder = ''] =
    configured === undefined ? git(root, 'rev-parse', '--git-path', 'hooks') : [configured];
  const hooks = resolve(root, folder.trim());
  if (folder === '' || !existsSync(hooks)) {
    const says = `core.hooksPath names ${configured}, which does not exist: no hook runs.`;
    return findingIf(configured !== undefined, says, 'git config --unset core.hooksPath');
  }
  return readdirSync(hooks)
    .filter((name) => /^[a-z-]+$/.test(name) && !isExecutable(join(hooks, name)))
    .map((name) => ({
      says: `The git hook ${name} is not executable, so git skips it.`,
      mend: `chmod +x ${join(hooks, name)}`,
    }));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// File names of secrets and data: once committed, they stay in the history.
const SECRET =
  /(?:^|\/)(?:\.env(?:\.(?!example$).*)?|\.data\/.*|.*\.(?:pem|key|p12|pfx|jks|kdbx)|id_(?:rsa|ecdsa|ed25519))$/;

export function checkTrackedSecrets(root: string): readonly Finding[] {
  return git(root, 'ls-files', '-z')
    .filter((path) => SECRET.test(path))
    .map((path) => ({
      says: `${path} is tracked by git: its content counts as leaked (playbooks/rotate-a-secret.md).`,
      mend: `git rm --cached ${path}`,
    }));
}

function git(root: string, ...args: readonly string[]): string[] {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.split('\0').filter(Boolean) : [];
}

/** A managed file lists the modules. Once edited by hand, it no longer follows secure-app.json. */
export function checkManagedFiles(root: string): readonly Finding[] {
  const manifest = join(root, 'secure-app.json');
  if (!existsSync(manifest)) return [];
  type Files = Record<string, { owner: string; sha256?: string }>;
  return Object.entries(readJson<{ files: Files }>(manifest).files)
    .filter(([, { owner }]) => owner === 'managed')
    .filter(([path, { sha256 }]) => hashOf(join(root, path)) !== sha256)
    .map(([path]) => ({
      says: `${path} is written from secure-app.json and was edited or removed: it no longer follows the modules.`,
      mend: `git checkout -- ${path}`,
    }));
}

function hashOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  return createHash('sha256').update(text).digest('hex');
}

/** schema.sql, the API's description, the decision matrix and the control table must follow their sources. */
export function checkDerivedFiles(root: string): readonly Finding[] {
  const refresh = join(root, 'scripts/refresh.ts');
  const run = spawnSync(process.execPath, [refresh, '--check'], { cwd: root, encoding: 'utf8' });
  const { status, stdout, stderr } = run;
  if (status === 0) return [];
  const stale = [...stdout.matchAll(/^stale (.+)$/gm)].map(([, path]) => path).join(', ');
  const failure = stderr.trim().split('\n')[0];
  const says = stale === '' ? `No file can be derived: ${failure}` : `Stale: ${stale}.`;
  return [{ says, mend: 'npm run refresh' }];
}

/** The embedded database must have every migration. Skipped while a process has it open. */
export async function checkMigrations(root: string): Promise<readonly Finding[]> {
  const folder = join(root, '.data/api');
  if (!existsSync(join(folder, 'postgres')) || (await isClaimed(folder))) return [];
  const { openDatabase } = await import('@app/platform/database/open');
  const { pendingMigrations } = await import('@app/platform/database/startup-checks');
  const { migrationOrder } = await import(pathToFileURL(join(root, 'migrations/order.ts')).href);
  const database = await openDatabase({ kind: 'folder', path: folder });
  try {
    const todo = await pendingMigrations(database, join(root, 'migrations'), migrationOrder);
    const says = `The embedded database lacks ${todo.length} migrations; the next start applies them.`;
    return findingIf(todo.length > 0, says, 'npm run migrate');
  } catch (error) {
    return [{ says: (error as Error).message, mend: 'git checkout -- migrations' }];
  } finally {
    await database.close();
  }
}

async function isClaimed(folder: string): Promise<boolean> {
  for (const { claim } of await claimsOn(folder)) if (await isLive(claim)) return true;
  return false;
}

/** The port must be free, unless this service itself runs. */
export async function checkPort(root: string): Promise<readonly Finding[]> {
  const { readConfig } = await import('../services/api/config.ts');
  const config = readConfig(['--local']);
  if (!config.ok) return config.error.map((says) => ({ says, mend: 'env' }));
  if (await isClaimed(join(root, '.data/api'))) return [];
  return findTakenPort(config.value.host, config.value.port);
}

export async function findTakenPort(host: string, port: number): Promise<readonly Finding[]> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    return [];
  } catch {
    const mend = `PORT=${port + 1} npm start`;
    return [{ says: `Port ${port} is taken by another program.`, mend }];
  }
}
