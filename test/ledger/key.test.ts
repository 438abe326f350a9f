import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Lockfile } from '../../src/lock/index.ts';
import { type Setting, beyondImports, inputsOf, keyOf } from './key.ts';
import type { Mutation } from './mutations/mutation.ts';
import { readTree } from './tree.ts';

const FILES = {
  'services/api/sessions.test.ts': `import { open } from './sessions.ts';\nimport type { A } from './types.ts';\n`,
  'services/api/sessions.ts': `import { sign } from '@app/platform/keys/keys';\nawait import('./late.ts');\n`,
  'services/api/late.ts': '',
  'services/api/types.ts': '',
  'services/api/unused.ts': '',
  'platform/src/keys/keys.ts': `import { parse } from 'direct';\n`,
  'migrations/0001_sessions.sql': 'revoke all;',
  'policies/app.cedar': 'permit;',
};

const MUTATION: Mutation = {
  control: 'AUTH-9',
  file: 'services/api/sessions.ts',
  find: 'a',
  replace: 'b',
  testFile: 'services/api/sessions.test.ts',
  test: 'a session ends',
};

/** The test reads a migration, lists the policies, looks for a Dockerfile, and starts a program of a package. */
const READS = {
  files: ['migrations/0001_sessions.sql', 'services/Dockerfile'],
  folders: ['policies'],
  packages: ['node_modules/started'],
};

const LOCK: Lockfile = {
  lockfileVersion: 3,
  packages: {
    '': {},
    'node_modules/direct': { version: '1.0.0', integrity: 'd1', dependencies: { indirect: '1' } },
    'node_modules/indirect': { version: '1.0.0', integrity: 'i1' },
    'node_modules/started': { version: '1.0.0', integrity: 's1' },
    'node_modules/other': { version: '1.0.0', integrity: 'o1' },
  },
};

interface Change {
  readonly files?: Readonly<Record<string, string>>;
  readonly lock?: Lockfile['packages'];
  readonly setting?: Partial<Setting>;
  readonly mutation?: Partial<Mutation>;
  readonly reads?: Partial<typeof READS>;
}

function settingAfter({ files, lock, setting }: Change): Setting {
  const root = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries({ ...FILES, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const project = { ...LOCK, packages: { ...LOCK.packages, ...lock } };
  return {
    tree: readTree(root),
    runner: 'runner',
    nodeVersion: '24.0.0',
    locks: { project, infra: LOCK },
    ...setting,
  };
}

/** The key of the row after a change of one of its ingredients. */
function keyAfter(change: Change): string {
  const setting = settingAfter(change);
  const row = { ...MUTATION, ...change.mutation };
  return keyOf(setting, row, inputsOf(setting, row.testFile, { ...READS, ...change.reads }));
}

const ofPackage = (name: string, integrity: string): Change => ({
  lock: { [`node_modules/${name}`]: { ...LOCK.packages[`node_modules/${name}`], integrity } },
});

test.each<[string, Change]>([
  [
    'the mutated file',
    { files: { 'services/api/sessions.ts': `${FILES['services/api/sessions.ts']} ` } },
  ],
  ['the mutation, by what it finds', { mutation: { find: /a/ } }],
  ['the mutation, by its replacement', { mutation: { replace: 'c' } }],
  ['the test that has to notice', { mutation: { test: 'a session never ends' } }],
  [
    'the test file',
    { files: { 'services/api/sessions.test.ts': `${FILES['services/api/sessions.test.ts']} ` } },
  ],
  [
    'a module that it imports indirectly',
    { files: { 'platform/src/keys/keys.ts': `${FILES['platform/src/keys/keys.ts']} ` } },
  ],
  ['a module that is imported late', { files: { 'services/api/late.ts': ' ' } }],
  ['a file that the test opens', { files: { 'migrations/0001_sessions.sql': '' } }],
  ['a file that the test looks for', { files: { 'services/Dockerfile': '' } }],
  ['the names in a folder that the test lists', { files: { 'policies/notes.cedar': '' } }],
  ['a package.json beside a module', { files: { 'platform/src/keys/package.json': '{}' } }],
  ['what the test opens', { reads: { files: [...READS.files, 'policies/app.cedar'] } }],
  ['a package that is imported', ofPackage('direct', 'd2')],
  ['a package that an imported one depends on', ofPackage('indirect', 'i2')],
  ['a package that a child of the test starts', ofPackage('started', 's2')],
  ['the runner', { setting: { runner: 'another' } }],
  ['the version of Node', { setting: { nodeVersion: '24.0.1' } }],
])('%s is part of the key', (_ingredient, change) => {
  expect(keyAfter(change)).not.toBe(keyAfter({}));
});

test.each<[string, Change]>([
  ['a file that is not used', { files: { 'services/api/unused.ts': ' ' } }],
  ['a module of which only types are imported', { files: { 'services/api/types.ts': ' ' } }],
  ['the bytes of a file in a listed folder', { files: { 'policies/app.cedar': 'forbid;' } }],
  ['a package that is not reached', ofPackage('other', 'o2')],
  ['the order in which files were opened', { reads: { files: READS.files.toReversed() } }],
])('%s is no part of the key', (_what, change) => {
  expect(keyAfter(change)).toBe(keyAfter({}));
});

test('a record names only what does not follow from the imports, and packages that are locked', () => {
  const reads = {
    files: [...READS.files, 'services/api/late.ts', 'platform/src/keys/package.json'],
    folders: READS.folders,
    packages: [...READS.packages, 'node_modules/direct', 'node_modules/indirect.js'],
  };
  expect(beyondImports(settingAfter({}), MUTATION.testFile, reads)).toEqual(READS);
});
