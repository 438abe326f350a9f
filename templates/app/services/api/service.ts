import type { Service } from '@app/platform/service/service';
import { migrationOrder } from '../../migrations/order.ts';
import { cloud } from './cloud.ts';
import { readCommandConfig, readConfig, readReceivers } from './config.ts';

/** What the platform starts and runs commands for. */
export const api: Service = {
  folder: new URL('./', import.meta.url),
  migrationOrder,
  cloud,
  readConfig,
  readCommandConfig,
  readReceivers,
  modules: async () => (await import('./modules.ts')).modules,
  buildApp: async (parts) => (await import('./app.ts')).buildApp(parts),
};
