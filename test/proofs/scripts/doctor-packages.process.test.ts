import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkInstalled, checkLock, checkNpmSettings, findOverride } from '../../scripts/doctor.ts';
import { changeLock, findsEach } from './doctor-checkout.ts';

const INSTALLED = 'node_modules/.package-lock.json';
const FASTIFY = 'node_modules/fastify';

findsEach([
  {
    what: 'npm is no longer told to refuse young releases',
    check: checkNpmSettings,
    change: (copy) => writeFile(join(copy, '.npmrc'), 'save-exact=true\n'),
    says: /no longer sets strict-allow-scripts, allow-git, allow-remote, allow-file, min-release-age/,
    mend: /git checkout -- \.npmrc/,
  },
  {
    what: 'a package in the lock without a hash',
    check: checkLock,
    change: (copy) =>
      changeLock(copy, 'package-lock.json', ({ packages }) => delete packages[FASTIFY]?.integrity),
    says: /no hash of fastify/,
    mend: /git checkout -- package-lock\.json/,
  },
  {
    what: 'a lock that is gone',
    check: checkLock,
    change: (copy) => rm(join(copy, 'package-lock.json')),
    says: /package-lock\.json is missing/,
    mend: /git checkout/,
  },
  {
    what: 'a package.json that asks for something else',
    check: checkLock,
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
    check: checkInstalled,
    change: (copy) => rm(join(copy, 'node_modules'), { recursive: true }),
    says: /not installed/,
    mend: /npm ci/,
  },
  {
    what: 'a dependency of another version',
    check: checkInstalled,
    change: (copy) =>
      changeLock(copy, INSTALLED, ({ packages }) =>
        Object.assign(packages[FASTIFY] ?? {}, { version: '0.0.1' }),
      ),
    says: /Not installed as locked: fastify/,
    mend: /npm ci/,
  },
  {
    what: 'a dependency with other bytes',
    check: checkInstalled,
    change: (copy) =>
      changeLock(copy, INSTALLED, ({ packages }) =>
        Object.assign(packages[FASTIFY] ?? {}, { integrity: 'sha512-x' }),
      ),
    says: /Not installed as locked: fastify/,
    mend: /npm ci/,
  },
  {
    what: 'a dependency that no lock names',
    check: checkInstalled,
    change: (copy) =>
      changeLock(copy, INSTALLED, ({ packages }) =>
        Object.assign(packages, { 'node_modules/extra': { version: '1.0.0' } }),
      ),
    says: /in no lock: extra/,
    mend: /npm ci/,
  },
  {
    what: 'a dependency that somebody deleted',
    check: checkInstalled,
    change: (copy) => rm(join(copy, FASTIFY), { recursive: true }),
    says: /Gone from node_modules: fastify/,
    mend: /npm ci/,
  },
]);

test('a setting that something else overrules, or this npm does not know, is found', () => {
  const effective = { 'allow-git': 'all' };
  const [other] = findOverride('allow-git', 'none', effective, '');
  assert.match(other?.says ?? '', /another allow-git/);
  assert.match(other?.mend ?? '', /unset npm_config_allow_git/);
  const [unknown] = findOverride(
    'allow-git',
    'none',
    {},
    'npm warn Unknown project config "allow-git".',
  );
  assert.match(unknown?.says ?? '', /does not know allow-git/);
  assert.deepEqual(findOverride('allow-git', 'all', effective, ''), []);
});
