import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const configTest = 'services/api/config.test.ts';
const infraTest = 'test/invariants/infra.test.ts';
const httpRateLimitsTest = 'platform/test/http-rate-limits.test.ts';

export const serviceRoomMutations: readonly Mutation[] = [
  ...mutationsOf('services/api/config.ts', [
    [
      'AUTHZ-4',
      "argv.includes('--local') ?",
      "argv.includes('--local') || source['NODE_ENV'] === 'development' ?",
      configTest,
      'the profile is an argument and nothing else makes a run local (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      '    ...(isProduction ? missingInProduction(values) : []),\n',
      '',
      configTest,
      'without --local it is production, and says all that is missing at once',
    ],
    [
      'AUTHZ-4',
      /^ *\.\.\.argv\.filter.*\n/m,
      '',
      configTest,
      'an argument that is not known is refused',
    ],
    [
      'unclaimed',
      '    ...placeProblems(all, values, isProduction),\n    ...weakenedRuntime(source),\n',
      '    ...placeProblems(all, values, isProduction),\n',
      configTest,
      'a switch that turns certificate checks off is refused',
    ],
    [
      'unclaimed',
      '    ...placeProblems(all, values, false),\n    ...weakenedRuntime(source),\n',
      '    ...placeProblems(all, values, false),\n',
      configTest,
      'a command beside the service refuses what the service refuses',
    ],
  ]),
  ...mutationsOf('services/api/package.json', [
    [
      'SUPPLY-1',
      /("fastify": )"[^"]+"/,
      '$1"github:fastify/fastify"',
      'test/invariants/supply-chain.test.ts',
      'every dependency names one exact version (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('services/api/Dockerfile', [
    [
      'SUPPLY-5',
      '@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df',
      '',
      infraTest,
      'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a',
      '',
      infraTest,
      'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'USER 10001:10001\n',
      '',
      infraTest,
      'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'USER 10001:10001',
      'USER 0:0',
      infraTest,
      'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '"--permission", ',
      '',
      infraTest,
      'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '"--allow-fs-read=/app/migrations"',
      '"--allow-fs-read=*"',
      infraTest,
      'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '"--allow-fs-read=/app/migrations"',
      '"--allow-fs-read=/app/migrations", "--allow-fs-write=/"',
      infraTest,
      'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '"--allow-fs-read=/app/migrations"',
      '"--allow-fs-read=/app/migrations", "--allow-child-process"',
      infraTest,
      'the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)',
    ],
  ]),
  ...mutationsOf('services/api/app.ts', [
    [
      'AUTH-11',
      /^ *limitCallers\(.*\n/m,
      '',
      httpRateLimitsTest,
      'a caller has one share from however many networks, and cannot take that of another one (AUTH-11)',
    ],
    [
      'AUTH-11',
      /^ *limitNetworks\(.*\n/m,
      '',
      httpRateLimitsTest,
      'past its limit a network is refused, and told when to come back (AUTH-11)',
    ],
  ]),
];
