import { apiModules } from './api-modules.ts';
import { cloudIndex, mailerIndex } from './clouds.ts';
import { infraModules } from './infra-modules.ts';
import { migrationOrder } from './migration-order.ts';
import { moduleEnv } from './module-env.ts';
import type { Seam } from './seam.ts';
import { serviceCommands } from './service-commands.ts';
import { serviceJobs } from './service-jobs.ts';

/** Every managed index of an emitted project. */
export const seams: readonly Seam[] = [
  apiModules,
  moduleEnv,
  migrationOrder,
  serviceJobs,
  serviceCommands,
  cloudIndex,
  mailerIndex,
  infraModules,
];

export function seamAt(path: string): Seam | undefined {
  return seams.find((seam) => seam.path === path);
}
