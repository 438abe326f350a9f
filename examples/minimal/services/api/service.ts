import type { Service } from '@app/platform/service/service';
import { migrationOrder } from '../../migrations/order.ts';
import { cloud } from './cloud.ts';
import { readCommandConfig, readConfig, readReceivers } from './config.ts';

/** The parts from which each program of this service starts. */
export const api: Service = {
  folder: new URL('./', import.meta.url),
  migrationOrder,
  cloud,
  readConfig,
  readCommandConfig,
  readReceivers,
};
