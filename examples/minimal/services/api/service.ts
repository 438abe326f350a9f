import type { Service } from '@app/platform/service/service';
import { migrationOrder } from '../../migrations/order.ts';
import { cloud } from './cloud.ts';
import { readCommandConfig, readConfig, readReceivers } from './config.ts';

/** What every program of this service starts from. */
export const api: Service = {
  folder: new URL('./', import.meta.url),
  migrationOrder,
  cloud,
  readConfig,
  readCommandConfig,
  readReceivers,
};
