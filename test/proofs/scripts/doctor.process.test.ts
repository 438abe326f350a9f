import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folderWith } from '../../platform/test/support/folder.ts';
import type { Check } from '../../scripts/doctor.ts';
import {
  checkDataFolder,
  checkDerivedFiles,
  checkGitHooks,
  checkInstalled,
  checkLock,
  checkManagedFiles,
  checkNpmSettings,
  checkTrackedSecrets,
  findTakenPort,
} from '../../scripts/doctor.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const lockOf = (integrity?: string): string =>
  JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0', integrity } } });

// One broken checkout per check, and the command that mends it.
const BROKEN: readonly [what: string, Check, files: Record<string, string>, mend: RegExp][] = [
  [
    'npm settings that are gone',
    checkNpmSettings,
    { '.npmrc': 'save-exact=true\n' },
    /git checkout -- \.npmrc/,
  ],
  [
    'a locked package without a hash (SUPPLY-1)',
    checkLock,
    { 'package.json': '{}', 'package-lock.json': lockOf() },
    /git checkout -- package-lock\.json/,
  ],
  [
    'an installed package with other bytes than the locked one (SUPPLY-1)',
    checkInstalled,
    {
      'package-lock.json': lockOf('sha512-x'),
      'node_modules/.package-lock.json': lockOf('sha512-y'),
      'node_modules/a/index.js': '',
    },
    /npm ci/,
  ],
  ['data that others can read', checkDataFolder, { '.data/api/note': '' }, /chmod -R go= \.data/],
  ['a hook that git skips', checkGitHooks, { '.git/hooks/pre-commit': '' }, /chmod \+x/],
  ['a tracked .env', checkTrackedSecrets, { '.env': '' }, /git rm --cached \.env/],
  [
    'a managed file that was edited',
    checkManagedFiles,
    { 'secure-app.json': '{"files":{"a.ts":{"owner":"managed","sha256":"0"}}}', 'a.ts': '' },
    /git checkout -- a\.ts/,
  ],
  [
    'a derived file that is stale',
    checkDerivedFiles,
    { 'scripts/refresh.ts': "process.stdout.write('stale a\\n'); process.exitCode = 1;" },
    /npm run refresh/,
  ],
];

for (const [what, check, files, mend] of BROKEN) {
  test(`doctor finds ${what}`, async (t) => {
    const folder = await folderWith(t, files);
    if ('.data/api/note' in files) await chmod(join(folder, '.data/api'), 0o755);
    spawnSync('git', ['init', '--quiet'], { cwd: folder });
    spawnSync('git', ['add', '--force', '.'], { cwd: folder });
    const [found, ...more] = await check(folder);
    assert.match(found?.mend ?? '', mend);
    assert.deepEqual(more, []);
  });
}

test('doctor finds a port that another program listens on', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const [found] = await findTakenPort('127.0.0.1', port);
  assert.match(found?.says ?? '', /is taken/);
  assert.deepEqual(await findTakenPort('127.0.0.1', 0), []);
});

test('doctor runs without the packages, exits with 1 and names the command that mends it', async (t) => {
  const copy = await folderWith(t, { '.npmrc': '', 'package.json': '{}' });
  for (const name of ['scripts', 'platform/src', 'services/api'])
    await cp(join(root, name), join(copy, name), { recursive: true });
  const doctor = join(copy, 'scripts/doctor.mjs');
  const { status, stdout } = spawnSync(process.execPath, [doctor], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /The dependencies are not installed\.\n  mend: npm ci\n/);
});
