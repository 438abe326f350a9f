import type { Module } from '../../http/module.ts';
import { purgeInBackground } from './purge.ts';
import { webhooksCommand } from './webhooks-command.ts';

export { acceptDeliveries } from './route.ts';

export const webhooks: Module = {
  id: 'webhooks',
  routes: () => {},
  background: purgeInBackground,
  command: webhooksCommand,
};
