import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const healthCheckDiskTest = 'services/api/modules/health-check-disk/health-check-disk.test.ts';

export const moduleHealthCheckMutations: readonly Mutation[] = [
  ...mutationsOf('services/api/modules/health-check-disk/store.ts', [
    [
      'AUTHZ-1',
      '    where tenant = ${caller.tenant}\n',
      '',
      healthCheckDiskTest,
      'the list names the tenant too, and is empty with the wall down (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/health-check-disk/routes.ts', [
    [
      'AUTHZ-1',
      'allow(RUN, ownTenant)',
      'allow(\'Notes::Action::"create"\', ownTenant)',
      healthCheckDiskTest,
      'nobody else runs it or sees what it measured (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/health-check-disk/runs.ts', [
    [
      'OBS-1',
      ', { ...measured });',
      ');',
      healthCheckDiskTest,
      'a probe that throws, breaks its statement or is late has failed, and is on record (OBS-1)',
    ],
    [
      'OBS-1',
      '  if (!passed) await store.undoToSavepoint(tx);\n',
      '',
      healthCheckDiskTest,
      'a probe that throws, breaks its statement or is late has failed, and is on record (OBS-1)',
    ],
    [
      'OBS-1',
      'Promise.race([ask(signal), late.promise])',
      'ask(signal)',
      healthCheckDiskTest,
      'a probe that throws, breaks its statement or is late has failed, and is on record (OBS-1)',
    ],
  ]),
];
