import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chmod, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openFolder } from '@app/platform/database/embedded';
import { databaseOn } from '@app/platform/database/open';
import { migrationOrder } from '../../migrations/order.ts';
import { emptyDataDir } from '../../platform/test/support/database.ts';
import { bareEnvironment } from '../../platform/test/support/environment.ts';
import { folderWith } from '../../platform/test/support/folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  'package.json',
  'package-lock.json',
  'scripts/doctor.mjs',
  'platform/src',
  'services/api',
  'migrations',
];
const INSTALLED = 'node_modules/.package-lock.json';
const FASTIFY = 'node_modules/fastify';
const HOST = encodeURIComponent(hostname()).replaceAll('.', '%2E');
const NO_SUCH_PROCESS = 999_999_999;

type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean }>;

/** A checkout that nothing is wrong with, to break in one way each. */
async function checkout(t: TestContext): Promise<string> {
  const copy = await folderWith(t, { '.data/api/note': '' });
  await chmod(join(copy, '.data/api'), 0o700);
  for (const name of COPIED) await cp(join(root, name), join(copy, name), { recursive: true });
  await mkdir(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')))
    await symlink(join(root, 'node_modules', name), join(copy, 'node_modules', name), 'junction');
  await writeFile(join(copy, INSTALLED), await readFile(join(copy, 'package-lock.json')));
  await changePackages(copy, INSTALLED, (packages) => {
    for (const [path, { optional }] of Object.entries(packages))
      if (optional || !existsSync(join(copy, path))) delete packages[path];
  });
  return copy;
}

async function changePackages(copy: string, file: string, change: (packages: Packages) => void) {
  const lock = JSON.parse(await readFile(join(copy, file), 'utf8')) as { packages: Packages };
  change(lock.packages);
  await writeFile(join(copy, file), JSON.stringify(lock));
}

function runDoctor(copy: string, environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/doctor.mjs'], {
    cwd: copy,
    env: { ...bareEnvironment(), PORT: '0', ...environment },
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return { status, stdout };
}

const FINE = { status: 0, stdout: 'Nothing is wrong with this checkout.\n' };

type Change = (copy: string) => Promise<unknown>;
const claim = (host: string, pid: number): Change => {
  const name = `.data/api/owner.${host}.${pid}.1.0123456789abcdef`;
  return (copy) => writeFile(join(copy, name), '');
};
const inLock = (file: string, change: (packages: Packages) => void): Change => {
  return (copy) => changePackages(copy, file, change);
};

// One way to break a checkout, and what the doctor then prints.
const BROKEN: readonly [what: string, Change, finding: RegExp][] = [
  [
    'no lockfile',
    (copy) => rm(join(copy, 'package-lock.json')),
    /^package-lock\.json is missing\.\n {2}mend: git checkout -- package-lock\.json\n$/,
  ],
  [
    'no installed packages',
    (copy) => rm(join(copy, 'node_modules'), { recursive: true }),
    /^The dependencies are not installed\.\n {2}mend: npm ci\n$/,
  ],
  [
    'a package of another version',
    inLock(INSTALLED, (packages) => Object.assign(packages[FASTIFY] ?? {}, { version: '0.0.1' })),
    /^Not installed as locked: fastify\.\n {2}mend: npm ci\n$/,
  ],
  [
    'a package with other bytes than the locked ones (SUPPLY-1)',
    inLock(INSTALLED, (packages) => Object.assign(packages[FASTIFY] ?? {}, { integrity: 'x' })),
    /^Not installed as locked: fastify\.\n {2}mend: npm ci\n$/,
  ],
  [
    'a package that no lock names',
    inLock(INSTALLED, (packages) => Object.assign(packages, { 'node_modules/extra': {} })),
    /^Not installed as locked: extra\.\n {2}mend: npm ci\n$/,
  ],
  [
    'a package that was deleted',
    (copy) => rm(join(copy, FASTIFY)),
    /^Not installed as locked: fastify\.\n {2}mend: npm ci\n$/,
  ],
  [
    'data that others can read',
    (copy) => chmod(join(copy, '.data/api'), 0o755),
    /^Others on this machine may read .+\.data\/api\.\n {2}mend: chmod -R go= .+\.data\/api\n$/,
  ],
  [
    'the claim of a process that was killed',
    claim(HOST, NO_SUCH_PROCESS),
    /^A process that was killed left its claim on .+\n {2}mend: rm .+owner\..+\n$/,
  ],
  [
    'the claim of a process on another machine',
    claim('build%2E7', 1),
    /^A process on build\.7 left its claim on .+\n {2}mend: rm .+owner\..+\n$/,
  ],
];

for (const [what, change, finding] of BROKEN) {
  test(`doctor finds ${what}, exits with 1 and names what mends it`, async (t) => {
    const copy = await checkout(t);
    await change(copy);
    const { status, stdout } = runDoctor(copy);
    assert.match(stdout, finding);
    assert.equal(status, 1);
  });
}

test('doctor finds a port that another program has, and a setting that is refused', async (t) => {
  const copy = await checkout(t);
  assert.deepEqual(runDoctor(copy), FINE);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const taken = runDoctor(copy, { PORT: String(port) });
  assert.match(taken.stdout, /^Port \d+ .+: EADDRINUSE\.\n {2}mend: PORT=\d+ npm start\n$/);
  assert.match(runDoctor(copy, { PORT: 'x' }).stdout, /^PORT must be .+\n {2}mend: env\n$/);
});

test('doctor finds migrations that are edited or lacking, unless a process has the database', async (t) => {
  const copy = await checkout(t);
  const migrations = join(copy, 'migrations');
  const loadDataDir = await emptyDataDir();
  const database = databaseOn('folder', await openFolder(join(copy, '.data/api'), { loadDataDir }));
  await database.migrate(migrations, migrationOrder);
  await appendFile(join(migrations, 'platform/0001_roles.sql'), '-- edited\n');
  assert.deepEqual(runDoctor(copy), FINE);
  await database.close();
  assert.match(runDoctor(copy).stdout, /0001_roles\.sql was edited.+\n {2}mend: git checkout/);

  await cp(join(root, 'migrations'), migrations, { recursive: true });
  assert.deepEqual(runDoctor(copy), FINE);
  const next = String(readdirSync(join(migrations, 'platform')).length + 1).padStart(4, '0');
  await writeFile(join(migrations, `platform/${next}_more.sql`), 'select 1;');
  assert.match(runDoctor(copy).stdout, /lacks 1 migrations.+\n {2}mend: npm run migrate\n$/);
});

test('an old Node is named before anything else of the checkout is read', async (t) => {
  const copy = await folderWith(t, {});
  const text = await readFile(join(root, 'scripts/doctor.mjs'), 'utf8');
  await mkdir(join(copy, 'scripts'));
  const old = text.replace('process.versions.node.split', "'22.18.0'.split");
  await writeFile(join(copy, 'scripts/doctor.mjs'), old);
  const { status, stdout } = runDoctor(copy);
  assert.match(stdout, /^Node .+ is too old to run this service\.\n {2}mend: npm ci .+\n$/);
  assert.equal(status, 1);
});
