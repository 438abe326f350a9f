import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const supplyChainTest = 'test/invariants/supply-chain.test.ts';
const pinsTest = 'proofs/scripts/pins.test.ts';
const sbomTest = 'proofs/scripts/sbom.test.ts';
const advisoriesTest = 'proofs/scripts/advisories.test.ts';
const bansTest = 'proofs/scripts/bans.test.ts';

export const scriptsSupplyChainMutations: readonly Mutation[] = [
  ...mutationsOf('scripts/pins.ts', [
    [
      'SUPPLY-1',
      ' && a.pin === b.pin',
      '',
      supplyChainTest,
      'a use that differs from the table is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      ' && a.version === b.version',
      '',
      supplyChainTest,
      'a use that differs from the table is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      '!pins.some((pin) => isSame(pin, use))',
      '!pins.some((pin) => pin.name === use.name)',
      supplyChainTest,
      'a use that differs from the table is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      '!EXACT[kind].test(pin)',
      'false',
      pinsTest,
      'a table that contradicts itself, or pins nothing, is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      ' && one.pin !== pin',
      ' && one.pin === ""',
      pinsTest,
      'a table that contradicts itself, or pins nothing, is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      "!name.startsWith('./')",
      "!name.startsWith('c')",
      supplyChainTest,
      'a use that differs from the table is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'known.get(row.version) !== row.pin',
      'known.get(row.version) === undefined',
      pinsTest,
      'a tag that was pushed again is reported, and not followed (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'releases(use).get(version) === pin',
      'pin.length > 40',
      pinsTest,
      'an image that a bot has moved is taken in only if its tag is that digest (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'releases(use).get(version) === pin',
      'pin.length === 40',
      pinsTest,
      'a pin that a bot moved is adopted only if its tag is that commit (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('scripts/sbom.ts', [
    [
      'SUPPLY-2',
      "alg: 'SHA-512', content: Buffer",
      "alg: 'SHA-512', content: '' && Buffer",
      sbomTest,
      'each component of services says what its bytes are and under which licence (SUPPLY-2)',
    ],
    [
      'SUPPLY-2',
      'byPurl]\n',
      'byPurl].slice(1)\n',
      supplyChainTest,
      'every package that is locked for services is in its bill of materials (SUPPLY-2)',
    ],
    [
      'SUPPLY-2',
      'uuidOf(JSON.stringify(content))',
      "uuidOf('')",
      sbomTest,
      'a package that is added to the lock is in it, and changes its serial number (SUPPLY-2)',
    ],
    [
      'SUPPLY-2',
      'uuidOf(JSON.stringify(content))',
      'crypto.randomUUID()',
      sbomTest,
      'two runs over services are the same bytes (SUPPLY-2)',
    ],
    [
      'SUPPLY-2',
      'entries.every(([, one]) => one.dev)',
      'false',
      sbomTest,
      'a package that is added to the lock is in it, and changes its serial number (SUPPLY-2)',
    ],
  ]),
  ...mutationsOf('scripts/advisories.ts', [
    [
      'SUPPLY-3',
      "throw new Error('npm audit did not get an answer.');",
      'return [];',
      supplyChainTest,
      'a failed npm audit does not read as a clean one (SUPPLY-3)',
    ],
    [
      'SUPPLY-3',
      'PACKAGE.test(name) ? name',
      'PACKAGE.test(name) || true ? name',
      advisoriesTest,
      'no free text of an advisory reaches an issue (SUPPLY-3)',
    ],
    [
      'SUPPLY-3',
      'rvwx]{4}){3})$/',
      'rvwx]{4}){3}.*)/',
      advisoriesTest,
      'no free text of an advisory reaches an issue (SUPPLY-3)',
    ],
    [
      'SUPPLY-3',
      'byId.set(advisory.id, advisory)',
      'byId.set(String(byId.size), advisory)',
      advisoriesTest,
      'an advisory is one, however many packages it reaches (SUPPLY-3)',
    ],
  ]),
  ...mutationsOf('scripts/bans.ts', [
    [
      'SUPPLY-4',
      '...findBanned(path, entry, bans),',
      '',
      supplyChainTest,
      'a banned version is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      'alias, publishedAs(entry)]',
      'publishedAs(entry)]',
      bansTest,
      'a banned package under another name is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      'alias, publishedAs(entry)]',
      'alias]',
      bansTest,
      'a banned package that only its address names is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      '...findAlias(path, entry),',
      '',
      supplyChainTest,
      'an alias is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      '...findOtherSource(path, entry),',
      '',
      supplyChainTest,
      'a git repository is refused (SUPPLY-4)',
    ],
    ['SUPPLY-4', '^https:', '^https?:', bansTest, 'an address without TLS is refused (SUPPLY-4)'],
    [
      'SUPPLY-4',
      '...findMissingHash(path, entry),',
      '',
      bansTest,
      'a hash that can be forged is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      '...findInstallScript(path, entry, manifest),',
      '',
      supplyChainTest,
      'an install script without a decision is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      '...findUnpinned(lock),',
      '',
      supplyChainTest,
      'a version range of the project is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      'lock.lockfileVersion !== 3',
      'false',
      bansTest,
      'a lockfile of another version does not pass as an empty one (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      'includePrerelease: true',
      'includePrerelease: false',
      bansTest,
      'a prerelease within a banned range is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      'semver.valid(version) === null || ',
      '',
      bansTest,
      'a banned package whose version is unreadable is refused (SUPPLY-4)',
    ],
  ]),
];
