import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const supplyChainTest = 'test/invariants/supply-chain.test.ts';
const pinsTest = 'proofs/scripts/pins.test.ts';
const sbomTest = 'proofs/scripts/sbom.test.ts';
const advisoriesTest = 'proofs/scripts/advisories.test.ts';
const bansTest = 'proofs/scripts/bans.test.ts';
const secretScanProcessTest = 'test/secret-scan.process.test.ts';
const scriptsSecretScanProcessTest = 'proofs/scripts/secret-scan.process.test.ts';

export const scriptsPinTableMutations: readonly Mutation[] = [
  ...mutationsOf('scripts/pin-table.ts', [
    [
      'SUPPLY-1',
      'one.sha === pin && ',
      '',
      supplyChainTest,
      'a use that differs from the table is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      ' && one.version === version',
      '',
      supplyChainTest,
      'a use that differs from the table is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      ' && one.digest === pin',
      '',
      supplyChainTest,
      'a use that differs from the table is refused (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      "!name.startsWith('./')",
      "!name.startsWith('c')",
      supplyChainTest,
      'a use that differs from the table is refused (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('scripts/pins.ts', [
    [
      'SUPPLY-1',
      'tags.get(version) !== sha',
      'tags.get(version) === undefined',
      pinsTest,
      'a tag that was pushed again is reported, and not followed (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'source.tagsOf(name).get(version) === sha',
      'sha.length === 40',
      pinsTest,
      'a pin that a bot moved is adopted only if its tag is that commit (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'source.digestOf(name) === digest',
      'digest.length > 64',
      pinsTest,
      'an image that a bot has moved is taken in only if its tag is that digest (SUPPLY-1)',
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
      'entry.name, publishedAs(entry)]',
      'publishedAs(entry)]',
      bansTest,
      'a banned package under another name is refused (SUPPLY-4)',
    ],
    [
      'SUPPLY-4',
      'entry.name, publishedAs(entry)]',
      'entry.name]',
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
      'all.every((comparator)',
      'all.some((comparator)',
      bansTest,
      'versions are compared as npm compares them (SUPPLY-4)',
    ],
  ]),
  ...mutationsOf('scripts/scan.ts', [
    [
      'SUPPLY-6',
      '=> [before, after]',
      '=> [before, before]',
      secretScanProcessTest,
      'the hook refuses a commit that adds a secret, by the staged bytes (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'found.push({ path, line, rule, digest });',
      'found.push({ path, line, rule: content, digest });',
      secretScanProcessTest,
      'the hook refuses a commit that adds a secret, by the staged bytes (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      '!known.has(digest)',
      'true',
      secretScanProcessTest,
      'a secret of an earlier commit does not refuse later commits of its file (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      "'--all'",
      "'HEAD'.slice(9)",
      secretScanProcessTest,
      'the scan covers the tree, and with --history every version on every branch (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'one.digest === digest',
      'one.path === path',
      secretScanProcessTest,
      'an accepted line needs a reason, expires, and covers no other line (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'until >= today',
      "until !== ''",
      secretScanProcessTest,
      'an accepted line needs a reason, expires, and covers no other line (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'reason.trim().length < SHORTEST_REASON',
      'false',
      secretScanProcessTest,
      'an accepted line needs a reason, expires, and covers no other line (SUPPLY-6)',
    ],
  ]),
  ...mutationsOf('scripts/hooks.ts', [
    [
      'SUPPLY-6',
      'chmodSync(file, EXECUTABLE);',
      '',
      secretScanProcessTest,
      'the hook refuses a commit that adds a secret, by the staged bytes (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      '!WRITTEN_HERE.test(current) ||',
      'false ||',
      scriptsSecretScanProcessTest,
      "the hook is installed once, stays switched off, and never replaces a team's own (SUPPLY-6)",
    ],
    [
      'SUPPLY-6',
      "git('config', '--get', 'core.hooksPath') !== undefined",
      'false',
      scriptsSecretScanProcessTest,
      "the hook is installed once, stays switched off, and never replaces a team's own (SUPPLY-6)",
    ],
    [
      'SUPPLY-6',
      "(existsSync(file) || prefix !== '')",
      "prefix !== ''",
      scriptsSecretScanProcessTest,
      "the hook is installed once, stays switched off, and never replaces a team's own (SUPPLY-6)",
    ],
    [
      'SUPPLY-6',
      "(existsSync(file) || prefix !== '')",
      'existsSync(file)',
      scriptsSecretScanProcessTest,
      'in a larger repository the hook is installed by hand only, and scans every commit of it (SUPPLY-6)',
    ],
  ]),
];
