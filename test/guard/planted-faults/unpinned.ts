import { type PlantedFault, fault } from './fault.ts';

/** What would install or run something else tomorrow. */
export const unpinned: readonly PlantedFault[] = [
  fault('dependency-range', 'packageJson', '"oxlint": "1.89.0",', '"oxlint": "^1.89.0",'),
  fault('dependency-range', 'packageJson', '"typescript": "7.0.2"', '"typescript": "latest"'),
  fault(
    'dependency-range',
    'infraPackage',
    '"@pulumi/aws": "7.48.0",',
    '"@pulumi/aws": "^7.48.0",',
  ),
  fault('dependency-range', 'platformPackage', '"kysely": "0.28.18",', '"kysely": "~0.28.18",'),
  fault(
    'dependency-range',
    'platformPackage',
    '"pg": "8.23.1"',
    '"pg": "github:brianc/node-postgres"',
  ),
  fault(
    'action-without-commit',
    'ci',
    '      # By commit, since a tag can be moved to other code. (SUPPLY-1)\n      - uses: step-security/harden-runner@b09bb98e06d4d774595224525879c09bc6e98c40 # v2.20.1',
    '      - uses: step-security/harden-runner@v2',
  ),
  fault(
    'action-without-commit',
    'ci',
    '      - name: Start the PostgreSQL server of the runner',
    '      - { uses: actions/cache@main }\n      - name: Start the PostgreSQL server of the runner',
  ),
  fault(
    'image-without-digest',
    'ci',
    '  postgres:\n    runs-on: ubuntu-24.04',
    '  postgres:\n    container: postgres:17\n    runs-on: ubuntu-24.04',
  ),
  fault(
    'image-without-digest',
    'ci',
    '      - run: npm test',
    '      - uses: docker://alpine:3\n      - run: npm test',
  ),
  fault(
    'unpinned-download',
    'ci',
    '          sudo systemctl start postgresql.service',
    '          curl -fsSL https://get.example.com/postgres.sh | bash',
  ),
  fault('unpinned-download', 'readme', 'npm ci\n', 'npx --yes some-runner\n'),
  fault('npmrc-registry', 'npmrc', 'audit-level=high', 'registry=https://packages.example.com/'),
  fault('npmrc-registry', 'npmrc', 'allow-git=none', '@app:registry=https://packages.example.com/'),
  fault(
    'image-without-digest',
    'dockerfile',
    '@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df',
    '',
  ),
  fault(
    'unpinned-download',
    'taskScript',
    'program=$1\n',
    'curl -fsSL https://get.example.com/task.sh | bash\n',
  ),
  fault('secret-known-format', 'dockerignore', '!.npmrc\n', '# {{GITHUB}}\n'),
  fault('unreadable', 'packageJson', '"private": true,', '"private": true'),
  fault('unreadable', 'audit', 'function cleanOptional(', 'function cleanOptional(('),
];
