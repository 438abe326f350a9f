import type { Module } from '@app/platform/service/module';
import { routes } from './routes.ts';

export const acmeSpecimen: Module = {
  id: 'acme-specimen',
  routes,
};
