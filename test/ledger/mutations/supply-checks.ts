import { type Mutation, type Row, mutationOf } from './mutation.ts';

const bans = 'scripts/bans/faults.ts';
const range = 'scripts/bans/range.ts';
const bom = 'scripts/sbom/bom.ts';
const table = 'scripts/pins/table.ts';
const pinFaults = 'scripts/pins/faults.ts';
const pinRefresh = 'scripts/pins/refresh.ts';
const pinAdopt = 'scripts/pins/adopt.ts';
const advisories = 'scripts/advisories/read.ts';
const bansTest = 'test/supply/bans.test.ts';
const bomTest = 'test/supply/sbom.test.ts';
const pinsTest = 'test/supply/pins.test.ts';
const advisoriesTest = 'test/supply/advisories.test.ts';
const workflowsTest = 'test/invariants/workflows.test.ts';
const workflow = '.github/workflows/secret-scan.yml';

const refused = (what: string): string => `${what} is refused (SUPPLY-4)`;
const planted =
  'a package that is added to the lock is in it, and changes its serial number (SUPPLY-2)';
const inTable = 'what is not in the table, or not as it is there, is refused (SUPPLY-1)';
const sealed = `${workflow} can be made to do nothing that it does not say (SUPPLY-3)`;

const pins: readonly Row[] = [
  [pinFaults, 'one.sha === pin && ', '', pinsTest, inTable],
  [pinFaults, ' && one.version === version', '', pinsTest, inTable],
  [pinFaults, ' && one.digest === pin', '', pinsTest, inTable],
  [
    pinRefresh,
    'tags.get(version) !== sha',
    'tags.get(version) === undefined',
    pinsTest,
    'a tag that was pushed again is told, and not followed (SUPPLY-1)',
  ],
  [
    pinAdopt,
    'asked.tagsOf(name).get(version) === sha',
    'sha.length === 40',
    pinsTest,
    'what a bot has moved is taken in only if its tag is that commit (SUPPLY-1)',
  ],
  [
    pinAdopt,
    'asked.digestOf(name) === digest',
    'digest.length > 64',
    pinsTest,
    'an image that a bot has moved is taken in only if its tag is that digest (SUPPLY-1)',
  ],
  [table, "!name.startsWith('./')", "!name.startsWith('c')", pinsTest, inTable],
];

const bills: readonly Row[] = [
  [
    bom,
    "alg: 'SHA-512', content: Buffer",
    "alg: 'SHA-512', content: '' && Buffer",
    bomTest,
    'each component of services says what its bytes are and under which licence (SUPPLY-2)',
  ],
  [
    bom,
    'byPurl]\n',
    'byPurl].slice(1)\n',
    bomTest,
    'every package that is locked for services is in its bill of materials (SUPPLY-2)',
  ],
  [bom, 'uuidOf(JSON.stringify(content))', "uuidOf('')", bomTest, planted],
  [
    bom,
    'uuidOf(JSON.stringify(content))',
    'crypto.randomUUID()',
    bomTest,
    'two runs over services are the same bytes (SUPPLY-2)',
  ],
  [bom, 'entries.every(([, one]) => one.dev)', 'false', bomTest, planted],
];

const banned: readonly Row[] = [
  [bans, '...banned(path, entry, byName),', '', bansTest, refused('a banned version')],
  [
    bans,
    'entry.name, publishedAs(entry)]',
    'publishedAs(entry)]',
    bansTest,
    refused('a banned package under another name'),
  ],
  [
    bans,
    'entry.name, publishedAs(entry)]',
    'entry.name]',
    bansTest,
    refused('a banned package that only its address names'),
  ],
  [bans, '...renamed(path, entry),', '', bansTest, refused('an alias')],
  [bans, '...fromElsewhere(path, entry),', '', bansTest, refused('a git repository')],
  [bans, '^https:', '^https?:', bansTest, refused('an address without TLS')],
  [bans, '...unhashed(path, entry),', '', bansTest, refused('a hash that can be forged')],
  [
    bans,
    '...scripted(path, entry, manifest),',
    '',
    bansTest,
    refused('a script that nobody was asked about'),
  ],
  [bans, '...unpinned(lock),', '', bansTest, refused('a range of our own')],
  [
    bans,
    'lock.lockfileVersion !== 3',
    'false',
    bansTest,
    'a lock of another version is not taken for an empty one (SUPPLY-4)',
  ],
  [
    range,
    'all.every((comparator)',
    'all.some((comparator)',
    bansTest,
    'versions are compared as npm compares them (SUPPLY-4)',
  ],
];

const watched: readonly Row[] = [
  [
    advisories,
    "throw new Error('npm audit did not get an answer.');",
    'return [];',
    advisoriesTest,
    'an answer that is none does not read as nothing found (SUPPLY-3)',
  ],
  [
    advisories,
    'PACKAGE.test(name) ? name',
    'PACKAGE.test(name) || true ? name',
    advisoriesTest,
    'nothing that a stranger writes into an advisory reaches an issue (SUPPLY-3)',
  ],
  [
    advisories,
    'rvwx]{4}){3})$/',
    'rvwx]{4}){3}.*)/',
    advisoriesTest,
    'nothing that a stranger writes into an advisory reaches an issue (SUPPLY-3)',
  ],
  [
    advisories,
    'found.set(advisory.id, advisory)',
    'found.set(String(found.size), advisory)',
    advisoriesTest,
    'an advisory is one, however many packages it reaches (SUPPLY-3)',
  ],
  [
    workflow,
    '- run: npm run scan\n',
    '- run: echo ${{ github.head_ref }}\n',
    workflowsTest,
    sealed,
  ],
  [workflow, 'contents: read', 'contents: write', workflowsTest, sealed],
  [workflow, '  pull_request:', '  pull_request_target:', workflowsTest, sealed],
  [workflow, 'persist-credentials: false', 'persist-credentials: true', workflowsTest, sealed],
];

export const supplyCheckMutations: readonly Mutation[] = [
  ...pins.map((row) => mutationOf('SUPPLY-1', row)),
  ...bills.map((row) => mutationOf('SUPPLY-2', row)),
  ...watched.map((row) => mutationOf('SUPPLY-3', row)),
  ...banned.map((row) => mutationOf('SUPPLY-4', row)),
];
