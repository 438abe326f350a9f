import type { Mutation } from './mutation.ts';

const runsWall = 'migrations/health-check-disk/0001_runs.sql';
const healthCheckTest = 'services/api/modules/health-check-disk/health-check-disk.test.ts';
const lockfile = 'package-lock.json';
const pinnedTest = 'test/invariants/dependencies-are-pinned.test.ts';

const pastTheWall = 'a statement that forgets the tenant finds no run of another one (AUTHZ-1)';

/** Guards behind another guard: each of them has a test that looks past the first one. */
export const secondGuardMutations: readonly Mutation[] = [
  {
    control: 'AUTHZ-1',
    file: 'policies/app.cedar',
    find: 'resource is App::Tenant && resource == principal.tenant',
    replace: 'resource is App::Tenant',
    testFile: 'test/invariants/policies.test.ts',
    test: 'every request across tenants stops at the wall, whatever else refuses it (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: runsWall,
    find: /^ *using .*'app\.tenant'.*\n/m,
    replace: '  using (true);\n',
    testFile: healthCheckTest,
    test: pastTheWall,
  },
  {
    control: 'AUTHZ-1',
    file: runsWall,
    find: 'alter table health_check_disk_run force row level security;',
    replace: '',
    testFile: 'test/invariants/database-grants.test.ts',
    test: 'each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: runsWall,
    find: 'alter table health_check_disk_run enable row level security;',
    replace: '',
    testFile: healthCheckTest,
    test: pastTheWall,
  },
  {
    control: 'AUTHZ-4',
    file: 'platform/src/service/serve.ts',
    find: "config.profile === 'local' ? await import('./local/index.ts') : undefined",
    replace: "await import('./local/index.ts')",
    testFile: 'proofs/service/serve.process.test.ts',
    test: 'production does not even load the development sign-in (AUTHZ-4)',
  },
  {
    control: 'HOOK-6',
    file: 'platform/src/http/logging.ts',
    find: 'pseudonym(caller.subject)',
    replace: 'caller.subject',
    testFile: 'proofs/http/access.test.ts',
    test: 'the request log follows a caller under a pseudonym (HOOK-6)',
  },
  {
    control: 'SUPPLY-1',
    file: lockfile,
    find: /("packages": \{)/,
    replace: '$1\n    "services/api/node_modules/pino": { "version": "1.0.0" },',
    testFile: pinnedTest,
    test: 'every locked package carries a sha512 of its bytes (SUPPLY-1)',
  },
  {
    control: 'SUPPLY-1',
    file: lockfile,
    find: /("node_modules\/pino": \{)/,
    replace: '$1\n      "resolved": "https://example.com/pino.tgz",',
    testFile: pinnedTest,
    test: 'no locked package comes from anywhere but a registry (SUPPLY-1)',
  },
  {
    control: 'unclaimed',
    file: 'services/api/config.ts',
    find: '[...invalid(base, values), ...weakened(source)]',
    replace: 'invalid(base, values)',
    testFile: 'services/api/config.test.ts',
    test: 'a command beside the service refuses what the service refuses',
  },
];
