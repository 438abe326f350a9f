import { type Mutation, type Row, mutationOf } from './mutation.ts';

const bans = 'scripts/bans.ts';
const bom = 'scripts/sbom.ts';
const table = 'scripts/pin-table.ts';
const pinMoves = 'scripts/pins.ts';
const advisories = 'scripts/advisories.ts';
const supplyTest = 'test/supply.test.ts';
const proof = (tool: string) => `proofs/scripts/${tool}.test.ts`;
const workflowsTest = 'test/invariants/workflows.test.ts';
const workflow = '.github/workflows/secret-scan.yml';

const refused = (what: string): string => `${what} is refused (SUPPLY-4)`;
const planted =
  'a package that is added to the lock is in it, and changes its serial number (SUPPLY-2)';
const inTable = 'a use that differs from the table is refused (SUPPLY-1)';
const sealed = `${workflow} can be made to do nothing that it does not say (SUPPLY-3)`;

const pins: readonly Row[] = [
  [table, 'one.sha === pin && ', '', supplyTest, inTable],
  [table, ' && one.version === version', '', supplyTest, inTable],
  [table, ' && one.digest === pin', '', supplyTest, inTable],
  [
    pinMoves,
    'tags.get(version) !== sha',
    'tags.get(version) === undefined',
    supplyTest,
    'a tag that was pushed again is reported, and not followed (SUPPLY-1)',
  ],
  [
    pinMoves,
    'source.tagsOf(name).get(version) === sha',
    'sha.length === 40',
    supplyTest,
    'a pin that a bot moved is adopted only if its tag is that commit (SUPPLY-1)',
  ],
  [
    pinMoves,
    'source.digestOf(name) === digest',
    'digest.length > 64',
    proof('pins'),
    'an image that a bot has moved is taken in only if its tag is that digest (SUPPLY-1)',
  ],
  [table, "!name.startsWith('./')", "!name.startsWith('c')", supplyTest, inTable],
];

const bills: readonly Row[] = [
  [
    bom,
    "alg: 'SHA-512', content: Buffer",
    "alg: 'SHA-512', content: '' && Buffer",
    proof('sbom'),
    'each component of services says what its bytes are and under which licence (SUPPLY-2)',
  ],
  [
    bom,
    'byPurl]\n',
    'byPurl].slice(1)\n',
    supplyTest,
    'every package that is locked for services is in its bill of materials (SUPPLY-2)',
  ],
  [bom, 'uuidOf(JSON.stringify(content))', "uuidOf('')", proof('sbom'), planted],
  [
    bom,
    'uuidOf(JSON.stringify(content))',
    'crypto.randomUUID()',
    supplyTest,
    'two runs over services are the same bytes (SUPPLY-2)',
  ],
  [bom, 'entries.every(([, one]) => one.dev)', 'false', proof('sbom'), planted],
];

const banned: readonly Row[] = [
  [bans, '...findBanned(path, entry, bans),', '', supplyTest, refused('a banned version')],
  [
    bans,
    'entry.name, publishedAs(entry)]',
    'publishedAs(entry)]',
    proof('bans'),
    refused('a banned package under another name'),
  ],
  [
    bans,
    'entry.name, publishedAs(entry)]',
    'entry.name]',
    proof('bans'),
    refused('a banned package that only its address names'),
  ],
  [bans, '...findAlias(path, entry),', '', supplyTest, refused('an alias')],
  [bans, '...findOtherSource(path, entry),', '', supplyTest, refused('a git repository')],
  [bans, '^https:', '^https?:', proof('bans'), refused('an address without TLS')],
  [
    bans,
    '...findMissingHash(path, entry),',
    '',
    proof('bans'),
    refused('a hash that can be forged'),
  ],
  [
    bans,
    '...findInstallScript(path, entry, manifest),',
    '',
    supplyTest,
    refused('an install script without a decision'),
  ],
  [bans, '...findUnpinned(lock),', '', supplyTest, refused('a version range of the project')],
  [
    bans,
    'lock.lockfileVersion !== 3',
    'false',
    supplyTest,
    'a lockfile of another version does not pass as an empty one (SUPPLY-4)',
  ],
  [
    bans,
    'all.every((comparator)',
    'all.some((comparator)',
    proof('bans'),
    'versions are compared as npm compares them (SUPPLY-4)',
  ],
];

const watched: readonly Row[] = [
  [
    advisories,
    "throw new Error('npm audit did not get an answer.');",
    'return [];',
    supplyTest,
    'a failed npm audit does not read as a clean one (SUPPLY-3)',
  ],
  [
    advisories,
    'PACKAGE.test(name) ? name',
    'PACKAGE.test(name) || true ? name',
    supplyTest,
    'no free text of an advisory reaches an issue (SUPPLY-3)',
  ],
  [
    advisories,
    'rvwx]{4}){3})$/',
    'rvwx]{4}){3}.*)/',
    supplyTest,
    'no free text of an advisory reaches an issue (SUPPLY-3)',
  ],
  [
    advisories,
    'byId.set(advisory.id, advisory)',
    'byId.set(String(byId.size), advisory)',
    proof('advisories'),
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
