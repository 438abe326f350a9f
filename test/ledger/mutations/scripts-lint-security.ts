import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const lintSecurityTest = 'test/lint-security.test.ts';
const stagingProcessTest = 'test/staging.process.test.ts';
const stagingWeaknessProcessTest = 'proofs/scripts/staging-weakness.process.test.ts';
const stagingTransportProcessTest = 'proofs/scripts/staging-transport.process.test.ts';

export const scriptsLintSecurityMutations: readonly Mutation[] = [
  ...mutationsOf('scripts/lint-security.ts', [
    [
      'SUPPLY-6',
      'isModel && !TAKES_SCANNED_PROMPT.test(text)',
      'false',
      lintSecurityTest,
      'unscanned-prompt is found (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      "text !== undefined && text !== ''",
      'text === undefined',
      lintSecurityTest,
      'secret-fallback is found (SUPPLY-6)',
    ],
  ]),
  ...mutationsOf('scripts/staging-checks.ts', [
    [
      'CHECK-3',
      "name.startsWith('__Host-')",
      'true',
      stagingProcessTest,
      'a weakened cookie fails by the name of its flag: session=...; Path=/; Secure; HttpOnly; SameSite=Lax (CHECK-3)',
    ],
    [
      'CHECK-3',
      "attributes.has('secure')",
      'true',
      stagingProcessTest,
      'a weakened cookie fails by the name of its flag: __Host-session=...; Path=/; HttpOnly; SameSite=Lax (CHECK-3)',
    ],
    [
      'CHECK-3',
      "attributes.has('httponly')",
      'true',
      stagingProcessTest,
      'a weakened cookie fails by the name of its flag: __Host-session=...; Path=/; Secure; SameSite=Lax (CHECK-3)',
    ],
    [
      'CHECK-3',
      "['lax', 'strict'].includes(attributes.get('samesite') ?? '')",
      'true',
      stagingProcessTest,
      'a weakened cookie fails by the name of its flag: __Host-session=...; Path=/; Secure; HttpOnly; SameSite=None (CHECK-3)',
    ],
    [
      'CHECK-3',
      "attributes.get('path') === '/'",
      'true',
      stagingProcessTest,
      'a weakened cookie fails by the name of its flag: __Host-session=...; Secure; HttpOnly; SameSite=Lax (CHECK-3)',
    ],
    [
      'CHECK-3',
      "!attributes.has('domain')",
      'true',
      stagingProcessTest,
      'a weakened cookie fails by the name of its flag: __Host-session=...; Path=/; Secure; HttpOnly; SameSite=Lax; Domain=localhost (CHECK-3)',
    ],
    [
      'unclaimed',
      '!CLOSED.has(status) && `',
      'status > 599 && `',
      'proofs/scripts/staging-answers.process.test.ts',
      'whatever is exposed is found, by its path',
    ],
  ]),
  ...mutationsOf('scripts/verify-staging.ts', [
    [
      'unclaimed',
      "agreed && 'the server agreed to it'",
      "agreed && ''",
      stagingWeaknessProcessTest,
      'TLS 1.0 is found',
    ],
    [
      'unclaimed',
      '!(days > SHORTEST_REST_DAYS)',
      '!(days > 0)',
      stagingTransportProcessTest,
      'a certificate that ends within two weeks is found',
    ],
    [
      'unclaimed',
      ' && to.hostname === origin.hostname',
      '',
      stagingTransportProcessTest,
      'plain http leads to https on the same host, for good, or is found',
    ],
    [
      'unclaimed',
      "url.username !== '' || url.password !== ''",
      'false',
      stagingWeaknessProcessTest,
      'credentials, paths and plain http to other machines are refused before anything is sent',
    ],
  ]),
  ...mutationsOf('scripts/lockfile.ts', [
    [
      'SUPPLY-1',
      ' && installed.integrity === locked.integrity',
      '',
      'proofs/scripts/doctor-packages.process.test.ts',
      'it finds a dependency with other bytes, and nothing before',
    ],
  ]),
  ...mutationsOf('scripts/doctor.ts', [
    [
      'unclaimed',
      'SECRET.test(path)',
      "path === '.env'",
      'proofs/scripts/doctor-files.process.test.ts',
      'it finds tls/server.pem in git, and nothing before',
    ],
  ]),
];
