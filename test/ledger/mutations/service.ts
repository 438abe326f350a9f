import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const serveProcessTest = 'proofs/service/serve.process.test.ts';
const serviceProcessTest = 'platform/test/service.process.test.ts';

export const serviceMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/service/serve.ts', [
    [
      'HOOK-6',
      '  endOnCrash(log);\n',
      '',
      serveProcessTest,
      'an error that nobody caught ends it, and is told without its words (HOOK-6)',
    ],
    [
      'AUTHZ-4',
      "config.profile === 'local' ? await import('../development/development.ts') : undefined",
      "await import('../development/development.ts')",
      serveProcessTest,
      'production does not even load the development sign-in (AUTHZ-4)',
    ],
    [
      'HOOK-4',
      /^ {2}guardEgress\(config, log\);.*\n/m,
      '',
      'proofs/egress/process.test.ts',
      'the service starts behind it, its receiver is reached, and a refusal is an event without an address (HOOK-4, HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/service/environment.ts', [
    [
      'HOOK-6',
      '|http://(localhost|',
      '|http://([a-z0-9.-]+|',
      'services/api/config.test.ts',
      'a receiver is reached over https or on this machine, and its address carries no password (HOOK-6)',
    ],
    [
      'HOOK-7',
      '    isReceiver: true,\n',
      '',
      'proofs/jobs/lineage-reports.test.ts',
      'the receiver is another machine over https, or this one, and the way out lists it (HOOK-4)',
    ],
  ]),
  ...mutationsOf('platform/src/service/locked.ts', [
    [
      'AUTHZ-4',
      "'package.json', 'services'",
      "'.npmrc', 'package.json', 'services'",
      serviceProcessTest,
      'locked, the service is refused reading the rest of the checkout (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      "'--permission',",
      "'--permission', '--allow-child-process',",
      serviceProcessTest,
      'locked, the service is refused starting a process (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      "'--permission',",
      "'--permission', '--allow-fs-write=*',",
      'proofs/service/locked.process.test.ts',
      'locked, the service is refused writing elsewhere (AUTHZ-4)',
    ],
  ]),
  ...mutationsOf('platform/src/service/config.ts', [
    [
      'AUTHZ-4',
      '  if (places.length > 1)\n',
      '  if (places.length > 2)\n',
      'proofs/service/store-place.test.ts',
      'two places, and none, are one sentence each',
    ],
  ]),
];
