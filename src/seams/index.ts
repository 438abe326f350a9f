import { apiModules } from './api-modules.ts';
import { changedStoreKinds, databaseSignIns, mailerKinds, storeKinds } from './clouds.ts';
import { infraModules } from './infra-modules.ts';
import { migrationOrder } from './migration-order.ts';
import { moduleEnv } from './module-env.ts';
import type { Seam } from './seam.ts';
import { serviceJobs } from './service-jobs.ts';

/** Every managed index of an emitted project. */
export const seams: readonly Seam[] = [
  apiModules,
  moduleEnv,
  migrationOrder,
  serviceJobs,
  storeKinds,
  changedStoreKinds,
  databaseSignIns,
  mailerKinds,
  infraModules,
];

export function seamAt(path: string): Seam | undefined {
  return seams.find((seam) => seam.path === path);
}
