import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const secretScanProcessTest = 'test/secret-scan.process.test.ts';
const scriptsSecretScanProcessTest = 'proofs/scripts/secret-scan.process.test.ts';

export const scriptsSecretScanMutations: readonly Mutation[] = [
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
      '[ownRule, ...preset',
      '[...preset',
      scriptsSecretScanProcessTest,
      'in a larger repository the hook is installed by hand only, and scans every commit of it (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'filter-comments|',
      '',
      secretScanProcessTest,
      'the scan covers the tree, and with --history every version on every branch (SUPPLY-6)',
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
