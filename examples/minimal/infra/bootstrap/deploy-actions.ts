import { groundChanges } from './deploy-ground.ts';
import { programChanges } from './deploy-programs.ts';
import type { readable } from './deploy-readable.ts';
import { watchChanges } from './deploy-watch.ts';

export { readable } from './deploy-readable.ts';
export type { Row, Scope } from './deploy-row.ts';

/**
 * What whoever deploys may change. What it may look at stands in `readable`. What holds data or evidence it makes, and does
 * not delete: clusters, buckets, secrets, keys, logs, the trail. An administrator does. (SUPPLY-5)
 */
export const changes = [...groundChanges, ...programChanges, ...watchChanges] as const;

export type DeployAction =
  (typeof changes)[number]['actions'][number] | (typeof readable)[number]['actions'][number];
