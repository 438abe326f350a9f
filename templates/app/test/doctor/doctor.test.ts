import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { appendFile, chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openFolder } from '@app/platform/database/embedded';
import { databaseOn } from '@app/platform/database/on-pool';
import { emptyDataDir } from '@app/platform/testing/database';
import { folderWith } from '@app/platform/testing/folder';
import { migrationOrder } from '../../migrations/order.ts';
import { dataFolder } from '../../scripts/doctor/data-folder.ts';
import { derivedFiles } from '../../scripts/doctor/derived-files.ts';
import type { Examine } from '../../scripts/doctor/finding.ts';
import { gitHooks, trackedSecrets } from '../../scripts/doctor/git.ts';
import { installedPackages, lockIntegrity } from '../../scripts/doctor/lock.ts';
import { managedFiles } from '../../scripts/doctor/managed-files.ts';
import { embeddedMigrations } from '../../scripts/doctor/migrations.ts';
import { npmSettings, overruled } from '../../scripts/doctor/npm.ts';
import { takenPort } from '../../scripts/doctor/port.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  '.npmrc',
  'package.json',
  'package-lock.json',
  'secure-app.json',
  'migrations',
  'services/api',
];
const HOST = encodeURIComponent(hostname()).replaceAll('.', '%2E');
const NO_SUCH_PROCESS = 999_999_999;

interface Locks {
  packages: Record<
    string,
    { version?: string; integrity?: string; optional?: boolean; os?: string[]; link?: boolean }
  >;
}

// A checkout that nothing is wrong with, to break in one way each.
async function checkout(t: TestContext): Promise<string> {
  const copy = await folderWith(t, {
    'scripts/refresh.ts': 'process.exitCode = 0;',
    '.data/api/note': '',
  });
  for (const name of COPIED) await cp(join(root, name), join(copy, name), { recursive: true });
  await install(copy);
  await chmod(join(copy, '.data/api'), 0o700);
  git(copy, 'init', '--quiet');
  git(copy, 'add', '.npmrc', 'package.json');
  return copy;
}

// As npm records it: what the lock names, without what is for other systems.
async function install(copy: string): Promise<void> {
  const { packages } = await readLock(copy, 'package-lock.json');
  const here = Object.entries(packages).filter(([path, { optional }]) => path && !optional);
  for (const [path, { link }] of here)
    if (!link) await mkdir(join(copy, path), { recursive: true });
  await writeLock(copy, 'node_modules/.package-lock.json', { packages: Object.fromEntries(here) });
}

async function readLock(copy: string, file: string): Promise<Locks> {
  return JSON.parse(await readFile(join(copy, file), 'utf8')) as Locks;
}

function writeLock(copy: string, file: string, lock: Locks): Promise<void> {
  return writeFile(join(copy, file), JSON.stringify(lock));
}

async function changeLock(
  copy: string,
  file: string,
  change: (lock: Locks) => void,
): Promise<void> {
  const lock = await readLock(copy, file);
  change(lock);
  await writeLock(copy, file, lock);
}

function git(folder: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

const INSTALLED = 'node_modules/.package-lock.json';
const FASTIFY = 'node_modules/fastify';

interface Break {
  readonly what: string;
  readonly examine: Examine;
  readonly change: (copy: string) => Promise<unknown> | void;
  readonly says: RegExp;
  readonly mend: RegExp;
}

const BROKEN: readonly Break[] = [
  {
    what: 'npm is no longer told to refuse young releases',
    examine: npmSettings,
    change: (copy) => writeFile(join(copy, '.npmrc'), 'save-exact=true\n'),
    says: /no longer sets strict-allow-scripts, allow-git, allow-remote, min-release-age/,
    mend: /git checkout -- \.npmrc/,
  },
  {
    what: 'a package in the lock without a hash',
    examine: lockIntegrity,
    change: (copy) =>
      changeLock(copy, 'package-lock.json', ({ packages }) => delete packages[FASTIFY]?.integrity),
    says: /no hash of fastify/,
    mend: /git checkout -- package-lock\.json/,
  },
  {
    what: 'a lock that is gone',
    examine: lockIntegrity,
    change: (copy) => rm(join(copy, 'package-lock.json')),
    says: /package-lock\.json is missing/,
    mend: /git checkout/,
  },
  {
    what: 'a package.json that asks for something else',
    examine: lockIntegrity,
    change: async (copy) => {
      const file = join(copy, 'package.json');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(/"oxlint": "[^"]+"/, '"oxlint": "0.0.1"'));
    },
    says: /other versions than the lock/,
    mend: /npm install/,
  },
  {
    what: 'no dependencies',
    examine: installedPackages,
    change: (copy) => rm(join(copy, 'node_modules'), { recursive: true }),
    says: /not installed/,
    mend: /npm ci/,
  },
  {
    what: 'a dependency of another version',
    examine: installedPackages,
    change: (copy) =>
      changeLock(copy, INSTALLED, ({ packages }) =>
        Object.assign(packages[FASTIFY] ?? {}, { version: '0.0.1' }),
      ),
    says: /Not installed as locked: fastify/,
    mend: /npm ci/,
  },
  {
    what: 'a dependency with other bytes',
    examine: installedPackages,
    change: (copy) =>
      changeLock(copy, INSTALLED, ({ packages }) =>
        Object.assign(packages[FASTIFY] ?? {}, { integrity: 'sha512-x' }),
      ),
    says: /Not installed as locked: fastify/,
    mend: /npm ci/,
  },
  {
    what: 'a dependency that no lock names',
    examine: installedPackages,
    change: (copy) =>
      changeLock(copy, INSTALLED, ({ packages }) =>
        Object.assign(packages, { 'node_modules/extra': { version: '1.0.0' } }),
      ),
    says: /in no lock: extra/,
    mend: /npm ci/,
  },
  {
    what: 'a dependency that somebody deleted',
    examine: installedPackages,
    change: (copy) => rm(join(copy, FASTIFY), { recursive: true }),
    says: /Gone from node_modules: fastify/,
    mend: /npm ci/,
  },
  {
    what: 'a derived file that is stale',
    examine: derivedFiles,
    change: (copy) =>
      writeFile(
        join(copy, 'scripts/refresh.ts'),
        "process.stdout.write('stale migrations/schema.sql\\n'); process.exitCode = 1;",
      ),
    says: /Stale: migrations\/schema\.sql/,
    mend: /npm run refresh/,
  },
  {
    what: 'data that others may read',
    examine: dataFolder,
    change: (copy) => chmod(join(copy, '.data/api'), 0o755),
    says: /Others on this machine may read/,
    mend: /chmod -R go= \.data/,
  },
  {
    what: 'the claim of a process that was killed',
    examine: dataFolder,
    change: (copy) =>
      writeFile(join(copy, `.data/api/owner.${HOST}.${NO_SUCH_PROCESS}.1.0123456789abcdef`), ''),
    says: /was killed left its claim/,
    mend: /^rm .+owner\./,
  },
  {
    what: 'the claim of a process on another machine',
    examine: dataFolder,
    change: (copy) => writeFile(join(copy, '.data/api/owner.build%2E7.1.1.0123456789abcdef'), ''),
    says: /process on build\.7 claims/,
    mend: /^rm /,
  },
  {
    what: 'hooks in a folder that is not there',
    examine: gitHooks,
    change: (copy) => git(copy, 'config', 'core.hooksPath', '.hooks'),
    says: /core\.hooksPath names \.hooks/,
    mend: /git config --unset core\.hooksPath/,
  },
  {
    what: 'a hook that git skips',
    examine: gitHooks,
    change: async (copy) => {
      await mkdir(join(copy, '.git/hooks'), { recursive: true });
      await writeFile(join(copy, '.git/hooks/pre-commit'), '', { mode: 0o600 });
    },
    says: /pre-commit is not executable/,
    mend: /chmod \+x/,
  },
  ...['.env', 'deploy/.env.production', 'tls/server.pem', '.data/api/postgres/base'].map(
    (path) => ({
      what: `${path} in git`,
      examine: trackedSecrets,
      change: async (copy: string) => {
        await mkdir(join(copy, path, '..'), { recursive: true });
        await writeFile(join(copy, path), '');
        git(copy, 'add', '--force', path);
      },
      says: /counts as leaked/,
      mend: /git rm --cached/,
    }),
  ),
  {
    what: 'a managed file that was edited',
    examine: managedFiles,
    change: (copy) => appendFile(join(copy, 'services/api/modules.ts'), '\n'),
    says: /services\/api\/modules\.ts .+ was edited/,
    mend: /git checkout -- services\/api\/modules\.ts/,
  },
];

for (const { what, examine, change, says, mend } of BROKEN) {
  test(`it finds ${what}, and nothing before`, async (t) => {
    const copy = await checkout(t);
    assert.deepEqual(await examine(copy), []);
    await change(copy);
    const [found, ...more] = await examine(copy);
    assert.deepEqual(more, []);
    assert.match(found?.says ?? '', says);
    assert.match(found?.mend ?? '', mend);
  });
}

test('a setting that something else overrules, or this npm does not know, is found', () => {
  const effective = { 'allow-git': 'all' };
  const [other] = overruled('allow-git', 'none', effective, '');
  assert.match(other?.says ?? '', /another allow-git/);
  assert.match(other?.mend ?? '', /unset npm_config_allow_git/);
  const [unknown] = overruled(
    'allow-git',
    'none',
    {},
    'npm warn Unknown project config "allow-git".',
  );
  assert.match(unknown?.says ?? '', /does not know allow-git/);
  assert.deepEqual(overruled('allow-git', 'all', effective, ''), []);
});

test('a port that somebody else listens on is found', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const [found] = await takenPort('127.0.0.1', port);
  assert.match(found?.says ?? '', /is taken/);
  assert.deepEqual(await takenPort('127.0.0.1', 0), []);
});

test('migrations that are edited or lacking show, unless a process owns the database', async (t) => {
  const copy = await checkout(t);
  const folder = join(copy, '.data/api');
  const open = async (options = {}) => databaseOn('folder', await openFolder(folder, options));
  const database = await open({ loadDataDir: await emptyDataDir() });
  const migrations = join(copy, 'migrations');
  await database.migrate(migrations, migrationOrder);
  await appendFile(join(migrations, 'platform/0001_roles.sql'), '-- edited\n');
  assert.deepEqual(await embeddedMigrations(copy), []);
  await database.close();
  const [edited] = await embeddedMigrations(copy);
  assert.match(edited?.says ?? '', /0001_roles\.sql was edited/);

  await cp(join(root, 'migrations'), migrations, { recursive: true });
  assert.deepEqual(await embeddedMigrations(copy), []);
  const next = readdirSync(join(migrations, 'platform')).length + 1;
  await writeFile(
    join(migrations, `platform/${String(next).padStart(4, '0')}_more.sql`),
    'select 1;',
  );
  const [lacking] = await embeddedMigrations(copy);
  assert.match(lacking?.says ?? '', /lacks 1 migration/);
});

test('the command ends with 1 and names what mends it, here without its packages', async (t) => {
  const copy = await folderWith(t, { '.npmrc': '', 'package.json': '{}' });
  for (const name of ['scripts', 'platform/src', 'services/api']) {
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  const doctor = join(copy, 'scripts/doctor.mjs');
  const { status, stdout } = spawnSync(process.execPath, [doctor], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /The dependencies are not installed\.\n  mend: npm ci\n/);
});
