import { type Mutation, type Row, mutationOf } from './mutation.ts';

const TESTS = 'test/invariants/infra.test.ts';
const DOCKERFILE = 'services/api/Dockerfile';

const IMAGE = 'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)';
const ROLES = 'a workflow becomes a role job by job, and never for a fork (SUPPLY-5)';
const OWN_FORK = '    if: github.event.pull_request.head.repo.full_name == github.repository\n';

const image: readonly (readonly [find: string, replace: string])[] = [
  ['@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df', ''],
  ['@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a', ''],
  ['USER 10001:10001\n', ''],
  ['USER 10001:10001', 'USER 0:0'],
  ['"--permission", ', ''],
  ['"--allow-fs-read=/app/migrations"', '"--allow-fs-read=*"'],
  ['"--allow-fs-read=/app/migrations"', '"--allow-fs-read=/app/migrations", "--allow-fs-write=/"'],
  [
    '"--allow-fs-read=/app/migrations"',
    '"--allow-fs-read=/app/migrations", "--allow-child-process"',
  ],
];

const workflows = ['infra-preview', 'access-analysis'].map((name): Row => [
  `.github/workflows/${name}.yml`,
  OWN_FORK,
  '',
  TESTS,
  ROLES,
]);

const index: Row = [
  'infra/modules.ts',
  "import { app } from './modules/app.ts';\n",
  '',
  TESTS,
  'what a module asks of the cloud is asked in one index (SUPPLY-5)',
];

const packages: readonly Row[] = [
  [
    'infra/package.json',
    '"@pulumi/aws": "7.48.0"',
    '"@pulumi/aws": "^7.48.0"',
    TESTS,
    'the packages that deploy are pinned like those that run (SUPPLY-1)',
  ],
  ['infra/.npmrc', 'allow-git=none\n', '', TESTS, 'npm holds them to the same rules (SUPPLY-1)'],
];

export const infraMutations: readonly Mutation[] = [
  ...[
    ...image.map(([find, replace]): Row => [DOCKERFILE, find, replace, TESTS, IMAGE]),
    ...workflows,
    index,
  ].map((row) => mutationOf('SUPPLY-5', row)),
  ...packages.map((row) => mutationOf('SUPPLY-1', row)),
];
