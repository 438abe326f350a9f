import type { Mutation } from './mutation.ts';

const stagingChecks = 'scripts/staging-checks.ts';
const verifyStaging = 'scripts/verify-staging.ts';
const doctor = 'scripts/doctor.ts';
const lockfile = 'scripts/lockfile.ts';
const stagingTest = 'test/staging.process.test.ts';
const proof = (subject: string) => `proofs/scripts/${subject}.process.test.ts`;
const endAll = 'platform/src/sessions/sessions.ts';
const endAllTest = 'proofs/sessions/end-all.test.ts';
const restoreTest = 'proofs/database/restore.process.test.ts';
const archive = 'platform/src/database/backup.ts';
const archiveTest = 'proofs/database/archive.test.ts';
const locked = 'services/api/locked.ts';
const lockedTest = 'proofs/service/locked.process.test.ts';
const localTest = 'proofs/development/development.test.ts';

const weakened = (flags: string) =>
  `a weakened cookie fails by the name of its flag: ${flags} (CHECK-3)`;

/** What an operator reaches for: it must not say that all is well, and not make things worse. */
export const operationsMutations: readonly Mutation[] = [
  ...[
    ["name.startsWith('__Host-')", 'session=...; Path=/; Secure; HttpOnly; SameSite=Lax'],
    ["attributes.has('secure')", '__Host-session=...; Path=/; HttpOnly; SameSite=Lax'],
    ["attributes.has('httponly')", '__Host-session=...; Path=/; Secure; SameSite=Lax'],
    [
      "['lax', 'strict'].includes(attributes.get('samesite') ?? '')",
      '__Host-session=...; Path=/; Secure; HttpOnly; SameSite=None',
    ],
    ["attributes.get('path') === '/'", '__Host-session=...; Secure; HttpOnly; SameSite=Lax'],
    [
      "!attributes.has('domain')",
      '__Host-session=...; Path=/; Secure; HttpOnly; SameSite=Lax; Domain=localhost',
    ],
  ].map(([find = '', flags = '']): Mutation => ({
    control: 'CHECK-3',
    file: stagingChecks,
    find,
    replace: 'true',
    testFile: stagingTest,
    test: weakened(flags),
  })),
  {
    control: 'unclaimed',
    file: verifyStaging,
    find: "agreed && 'the server agreed to it'",
    replace: "agreed && ''",
    testFile: stagingTest,
    test: 'TLS 1.0 is found',
  },
  {
    control: 'unclaimed',
    file: verifyStaging,
    find: '!(days > SHORTEST_REST_DAYS)',
    replace: '!(days > 0)',
    testFile: proof('staging-transport'),
    test: 'a certificate that ends within two weeks is found',
  },
  {
    control: 'unclaimed',
    file: verifyStaging,
    find: ' && to.hostname === origin.hostname',
    replace: '',
    testFile: proof('staging-transport'),
    test: 'plain http leads to https on the same host, for good, or is found',
  },
  {
    control: 'unclaimed',
    file: stagingChecks,
    find: '!CLOSED.has(status) && `',
    replace: 'status > 599 && `',
    testFile: proof('staging-answers'),
    test: 'whatever is exposed is found, by its path',
  },
  {
    control: 'unclaimed',
    file: verifyStaging,
    find: "url.username !== '' || url.password !== ''",
    replace: 'false',
    testFile: stagingTest,
    test: 'credentials, paths and plain http to other machines are refused before anything is sent',
  },
  {
    control: 'AUTH-9',
    file: endAll,
    find: ' and tenant = ${holder.tenant}',
    replace: '',
    testFile: endAllTest,
    test: 'every session of the holder ends, in that tenant, and nobody else’s (AUTH-9)',
  },
  {
    control: 'AUTHZ-4',
    file: endAll,
    find: "if (!TICKET.test(ticket)) return err('malformed-ticket');",
    replace: '',
    testFile: endAllTest,
    test: 'no ticket, no end (AUTHZ-4)',
  },
  {
    control: 'OBS-1',
    file: endAll,
    find: 'for (const { id, subject, tenant } of rows)',
    replace: 'for (const { id, subject, tenant } of rows.slice(1))',
    testFile: endAllTest,
    test: 'each ended session is on record with who, whose and why (OBS-1)',
  },
  {
    control: 'AUTHZ-4',
    file: 'platform/src/commands/sessions.ts',
    find: "positionals.join(' ') === 'end' && ",
    replace: '',
    testFile: localTest,
    test: 'a session command that names nobody, or too many, is refused (AUTHZ-4)',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/database/backup.ts',
    find: 'await rename(join(path, LIVE), join(path, BEFORE))',
    replace: 'await rm(join(path, LIVE), { recursive: true })',
    testFile: restoreTest,
    test: 'killed before step 2 of the exchange, it is whole: now',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/database/embedded.ts',
    find: 'await rename(join(path, BEFORE), join(path, LIVE))',
    replace: 'await rm(join(path, BEFORE), { recursive: true })',
    testFile: restoreTest,
    test: 'killed before step 2 of the exchange, it is whole: now',
  },
  {
    control: 'unclaimed',
    file: archive,
    find: "expected.split(' ')[0] !== sha256",
    replace: 'expected.length < 64',
    testFile: archiveTest,
    test: 'an archive that changed, or whose hash is gone, is not read',
  },
  {
    control: 'unclaimed',
    file: archive,
    find: 'OWNER_ONLY = 0o600',
    replace: 'OWNER_ONLY = 0o644',
    testFile: archiveTest,
    test: 'an archive is its owner’s alone, beside its hash, and nothing else is left',
  },
  ...[
    [
      "'package.json', 'services'",
      "'.npmrc', 'package.json', 'services'",
      'reading the rest of the checkout',
    ],
    ["'--permission',", "'--permission', '--allow-child-process',", 'starting a process'],
    ["'--permission',", "'--permission', '--allow-fs-write=*',", 'writing elsewhere'],
  ].map(([find = '', replace = '', what = '']): Mutation => ({
    control: 'AUTHZ-4',
    file: locked,
    find,
    replace,
    testFile: lockedTest,
    test: `locked, the service is refused ${what} (AUTHZ-4)`,
  })),
  {
    control: 'SUPPLY-1',
    file: lockfile,
    find: ' && installed.integrity === locked.integrity',
    replace: '',
    testFile: proof('doctor-packages'),
    test: 'it finds a dependency with other bytes, and nothing before',
  },
  {
    control: 'unclaimed',
    file: doctor,
    find: 'SECRET.test(path)',
    replace: "path === '.env'",
    testFile: proof('doctor-files'),
    test: 'it finds tls/server.pem in git, and nothing before',
  },
];
