import type { Module } from '../../http/module.ts';
import { routes } from './routes.ts';

export const purchaseOrder: Module = {
  id: 'purchase-order',
  routes,
};
