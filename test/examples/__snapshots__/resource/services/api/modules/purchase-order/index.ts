import type { Module } from '@app/platform/service/module';
import { routes } from './routes.ts';

export const purchaseOrder: Module = {
  id: 'purchase-order',
  routes,
};
